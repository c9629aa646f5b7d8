import { config } from 'zod';

// The page's security policy forbids `eval`, and zod probes for it unless told not to. Must be loaded before any schema is made.
config({ jitless: true });
