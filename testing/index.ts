import '../constructs/core/installed';

export type {
  DeliveredPush,
  LocalChange,
  LocalPlan,
  LocalResource,
  LocalSender,
  PretendUser,
} from './local/contract';
export type { Attributes } from './attributes';
export { deployLocally, type DeployLocallyOptions, type LocalDeployment } from './deploy-locally';
export { matchers, type PushMatchers } from './matchers';
export { snapshotSerializer } from './snapshot-serializer';
export { SynthesisError, synthesize } from './synthesize';
export { SynthesizedStack, type AddressedResource } from './synthesized-stack';
export { makeVapidKeys, type VapidKeys } from './vapid-keys';
