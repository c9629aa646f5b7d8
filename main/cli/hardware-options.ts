export interface HardwareOptions {
  json?: boolean;
  watch?: boolean;
}
