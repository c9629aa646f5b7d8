import { z } from 'zod';
import { rule, type ServiceRule } from './service-rule.ts';

export const notifyRules: Record<string, ServiceRule> = {
  send_message: rule(z.strictObject({ message: z.string().min(1).max(2000), title: z.string().max(200).optional() }), (_entity, data) => ({
    data: { ...data },
  })),
};
