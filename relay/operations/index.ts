/** What an operator does with a relay: look at dead letters, replay them, send a test push, revoke a user's devices. */
export { INSTALLATION_ID_RULE, isInstallationId } from '../devices/device';
export { isRawId } from '../tags';
export { HUB_PLATFORMS } from '../ports';
export { connect, type Connection } from './connection';
export { DeadLetterBox, type DeadLetterEntry, type DeadLetterFilter } from './dead-letter-box';
export { functionDelivery } from './function-delivery';
export { isOver, outcomeOf, type PushOutcome, type PushOutcomeReport } from './push-outcome';
export { SAMPLE_EVENTS } from './sample-events';
export { hubRequest, relaySettings, samplePush, type HubRequest, type SamplePush } from './sample-push';
export { DevicesApiError, UserDevices, type UserDevice } from './user-devices';
export { testPush, testSend, type SendRules, type TestPushOptions, type TestSendReport } from './test-send';
