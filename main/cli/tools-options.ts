export interface ToolsOptions {
  json?: boolean;
  dryRun?: boolean;
}
