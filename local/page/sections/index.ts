import type { Sections } from '../projector';
import { breakage } from './breakage';
import { clockSection } from './clock';
import { deliveries } from './deliveries';
import { inbox } from './inbox';
import { links } from './links';
import { calls, messages, users } from './people';
import { resources } from './resources';
import type { ShownAzure } from './shown-azure';

/** Every section of the page, read off a local Azure. */
export function sectionsOf(azure: ShownAzure): Sections {
  return {
    about: { read: () => azure.about },
    clock: clockSection(azure.clock),
    resources: { read: () => resources(azure) },
    links: { read: () => links(azure) },
    users: { read: () => users(azure) },
    calls: { read: () => calls(azure) },
    messages: { read: () => messages(azure) },
    deliveries: { read: () => deliveries(azure) },
    inbox: { read: () => inbox(azure) },
    breakage: { read: () => breakage(azure) },
  };
}
