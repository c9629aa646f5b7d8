export interface HomeCommandOptions {
  json?: boolean;
}

export interface ConnectOptions extends HomeCommandOptions {
  tokenStdin?: boolean;
  login?: boolean;
  insecure?: boolean;
  username?: string;
  passwordStdin?: boolean;
  ca?: string;
}
