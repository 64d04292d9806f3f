import { setOwnValue } from '../../core/own';
import type { StoredResource } from '../../core/store';
import type { Installation } from './installation';
import { forgetIndex } from './tag-index';

export function installations(hub: StoredResource): Record<string, Installation> {
  hub.secrets ??= {};
  return (hub.secrets.installations ??= {}) as Record<string, Installation>;
}

/** Keeps an installation, or with undefined removes it. */
export function keepInstallation(hub: StoredResource, id: string, kept: Installation | undefined): void {
  const all = installations(hub);
  if (kept) setOwnValue(all, id, kept);
  else delete all[id];
  forgetIndex(all);
}
