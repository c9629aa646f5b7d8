import { z } from 'zod';
import type { Service } from './service.ts';

/** `get_services`: by domain, by service, its fields and what it can be aimed at. */
export function describeServices(services: readonly Service[]): Record<string, Record<string, unknown>> {
  const described: Record<string, Record<string, unknown>> = {};
  for (const service of services) {
    described[service.domain] = { ...described[service.domain], [service.service]: describeService(service) };
  }
  return described;
}

function describeService(service: Service): Record<string, unknown> {
  const words = service.service.replaceAll('_', ' ');
  const fields = Object.entries(service.fields).map(([name, schema]) => {
    const required = !z.safeParse(schema, undefined).success;
    return [name, { required, selector: { object: {} } }];
  });
  const features = service.kind === 'entity' && service.features ? { supported_features: [...service.features] } : {};
  return {
    name: `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
    description: `${words} (${service.domain})`,
    fields: Object.fromEntries(fields),
    ...(service.kind === 'entity' ? { target: { entity: [{ domain: [service.domain], ...features }] } } : {}),
    ...(service.response ? { response: { optional: service.response === 'optional' } } : {}),
  };
}
