import { Renderer } from './push/render';
import type { RelaySettings } from './settings';
import { Wording, type Templates } from './words';

/** What makes hub messages the way that the relay's settings say. */
export function rendererOf(settings: RelaySettings, templates: Templates): Renderer {
  return new Renderer(new Wording(templates, settings.withMessageText), {
    platforms: settings.platforms,
    voip: settings.voipHubRule !== undefined,
    androidMessages: settings.androidMessages,
  });
}
