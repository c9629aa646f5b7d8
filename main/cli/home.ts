import type { Command } from 'commander';
import type { ConnectOptions, HomeCommandOptions } from './home-options.ts';

export function addHome(program: Command): Command {
  const home = program.command('home').description('The ways into your home: Home Assistant and MQTT brokers.');
  home
    .command('connect <URL>')
    .description('Connect a Home Assistant (http://homeassistant.local:8123) or an MQTT broker (mqtt://host:1883).')
    .option('--token-stdin', 'read the long-lived access token of Home Assistant from stdin')
    .option('--login', 'log in at Home Assistant in a browser instead of giving a token')
    .option('--insecure', 'take a certificate that no authority has signed')
    .option('--username <NAME>', 'name at the broker')
    .option('--password-stdin', 'read the password for the broker from stdin')
    .option('--ca <FILE>', 'PEM file of the authority that signed the certificate of the broker')
    .option('--json', 'print the connection as one JSON object')
    .action(async (url: string, options: ConnectOptions) => (await import('./home-connect.ts')).connectHome(url, options));
  home
    .command('status')
    .description('Whether each way into the home leads there, and why not.')
    .option('--json', 'print the connections, one JSON object per line')
    .action(async (options: HomeCommandOptions) => (await import('./home-look.ts')).showConnections(options));
  home
    .command('disconnect <URL>')
    .description('Forget a way into the home, its token and its devices.')
    .option('--json', 'print one JSON object')
    .action(async (url: string, options: HomeCommandOptions) => (await import('./home-connect.ts')).disconnectHome(url, options));
  home
    .command('find <WORDS...>')
    .description('Find devices by name, room or kind.')
    .option('--json', 'print the devices, one JSON object per line')
    .action(async (words: string[], options: HomeCommandOptions) => (await import('./home-look.ts')).findDevices(words.join(' '), options));
  return home;
}
