export { readDevicesSettings, workforceAuthority, type DevicesSettings } from './devices-settings';
export { readHubRule, type HubRule } from './hub-rule';
export { readLinkHealthSettings, type LinkHealthSettings } from './link-health-settings';
export { readSettings, type RelaySettings } from './relay-settings';
export { readPart, readSharedSettings } from './shared-settings';
