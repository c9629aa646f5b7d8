export interface ApprovalsOptions {
  json?: boolean;
  code?: string;
}
