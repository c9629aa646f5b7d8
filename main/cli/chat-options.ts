export interface ChatOptions {
  new?: boolean;
  conversation?: string;
  plain?: boolean;
  json?: boolean;
  home?: string;
  phrasebook: string[];
  builtIn: boolean;
  room?: string;
  verbose?: boolean;
}
