import type { Role } from '../../contract/tool.ts';

export interface SecretOptions {
  stdin?: boolean;
  generate?: boolean;
  key?: boolean;
  json?: boolean;
}

export interface TrustOptions {
  name: string;
  person: string;
  role: Role;
  json?: boolean;
}
