export { LOG_LOOK_BACK } from './activity-log';
export { API_VERSIONS } from './api-versions';
export type { ArmResource } from './arm-resource';
export { ArmReader, type AzureOptions, type AzureReader } from './azure';
export { AzureError, type AzureErrorKind } from './azure-error';
export type { CallInProgress, CallOrder, CallPlacer } from './call-placer';
export { calleeKind, CalleeError, type CalleeKind } from './callee';
export type { Check, CheckStatus } from './check';
export { systemClock, type Clock } from './clock';
export type { HubConnection } from './connection-string';
export { credentialFrom } from './credential';
export { signInDifference, type SignIn, type SignInOptions } from './sign-in';
export {
  KEY_NAMES,
  type ApnsExpectation,
  type FcmV1Expectation,
  type HubExpectation,
  type KeyName,
  type LinkExpectation,
  type LinkRecord,
} from './expectation';
export { hubHealth, linkHealth, type Health } from './health';
export {
  RestHubClient,
  type HubClient,
  type HubClientOptions,
  type PushPlatform,
  type SendAnswer,
  type SendOptions,
  type SendOutcomes,
} from './hub-client';
export { PROPAGATION_WINDOW } from './propagation';
export { ARM_READS_PER_WINDOW } from './read-budget';
export { readLink, type LinkReading } from './read-link';
export type { Gap, Report } from './report';
export * from './resource-id';
export {
  rotateKeys,
  RotationError,
  type LinkOwner,
  type RotateOptions,
  type RotatePorts,
  type RotationProgress,
  type RotationResult,
  type RotationStep,
} from './rotate';
export {
  placeTestCall,
  RING_FOR,
  TEST_CALL_TIMEOUT,
  type TestCallOptions,
  type TestCallPorts,
  type TestCallStep,
  type TestCallTarget,
} from './test-call';
export type { HubRole } from './test-call-counts';
export type { TestCallHub, TestCallReport, TestCallVerdict } from './test-call-report';
export { LeasedLock, LONGEST_LEASE, type Leasable, type Lease } from './leased-lock';
export { LockHeldError, LockLostError, type HeldLock, type RotationLock } from './rotation-lock';
export { rotateRules, type RotateRuleOptions, type RotateRulePorts } from './rotate-rule';
export type { AccessToken, GetTokenOptions, TokenCredential } from './token-credential';
export type { TransportOptions } from './transport-options';
export { withCall } from './with-call';
export { PROOF_LEVELS, type ProofLevel, type VerdictName } from './verdict';
export { POLLING } from './schedule';
export { DEFAULT_TIMEOUT, verifyHub, verifyLink, type VerifyOptions, type VerifyPorts } from './verify-link';
