import type { Command } from './ask-program.ts';

/**
 * A PowerShell script with values in `$in`. The values travel as base64 of JSON and the script as base64 of itself: no character of theirs is ever read as
 * PowerShell, or by the command line of Windows.
 */
export function powershell(script: string, values: Readonly<Record<string, string | number | boolean>> = {}): Command {
  const packed = Buffer.from(JSON.stringify(values), 'utf8').toString('base64');
  const whole = `$ErrorActionPreference='Stop'
$ProgressPreference='SilentlyContinue'
[Console]::OutputEncoding=[Text.Encoding]::UTF8
$in=[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${packed}'))|ConvertFrom-Json
${script}`;
  const encoded = Buffer.from(whole, 'utf16le').toString('base64');
  return ['powershell.exe', '-NoProfile', '-NonInteractive', '-EncodedCommand', encoded];
}
