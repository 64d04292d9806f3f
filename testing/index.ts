export type { Attributes } from './attributes';
export { matchers, type PushMatchers } from './matchers';
export { snapshotSerializer } from './snapshot-serializer';
export { SynthesisError, synthesize } from './synthesize';
export { SynthesizedStack, type AddressedResource } from './synthesized-stack';
