export interface PolicyCommandOptions {
  json?: boolean;
}

export interface PolicyTestOptions extends PolicyCommandOptions {
  input?: string;
  source?: string;
  person?: string;
  speaker?: string;
  room?: string;
  at?: string;
  taint: string[];
  file?: string;
}
