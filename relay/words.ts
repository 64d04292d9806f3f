import { TEMPLATE_PARAMETERS, type Notification, type TemplateName } from './notification';

/** One template in one language, as `templates/{name}/{language}.json` has it. Placeholders are `{parameter}`. */
export interface Template {
  readonly title: string;
  /** Stands in for the title when one of its parameters is empty. */
  readonly titleFallback?: string;
  readonly body: string;
  readonly bodyFallback?: string;
  /** Key of a text in the app's own strings: the device then shows that one, in its own language. */
  readonly titleLocKey?: string;
  readonly titleLocArgs?: readonly string[];
  readonly titleFallbackLocKey?: string;
  readonly bodyLocKey?: string;
  readonly bodyLocArgs?: readonly string[];
  readonly bodyFallbackLocKey?: string;
  /** Sound file in the app, or `default`; none is silent. */
  readonly sound?: string;
  readonly androidChannel?: string;
  /** Which activity a tap opens on Android: the action of one of its intent filters. */
  readonly androidClickAction?: string;
  /** What a locked screen shows of it. Default `private`: that there is something, not what. */
  readonly androidVisibility?: 'private' | 'public' | 'secret';
  /** Before Android 8, where the channel decides. Default `high`. */
  readonly androidPriority?: 'min' | 'low' | 'default' | 'high' | 'max';
  /** Also before the phone was unlocked for the first time; the app has to be made for that. */
  readonly androidDirectBoot?: boolean;
  /** APNs category: which actions iOS offers. */
  readonly category?: string;
  /** Whether iOS lets it through a Focus. Rings are `time-sensitive` unless this says otherwise. */
  readonly interruptionLevel?: 'passive' | 'active' | 'time-sensitive' | 'critical';
  /** Place in the summary of iOS, from 0 to 1. */
  readonly relevanceScore?: number;
  /** Address of a picture; parameters in it are percent-encoded, and an empty one leaves it out. */
  readonly image?: string;
  /** A number for the app's icon. Without it the icon's number is left alone. */
  readonly badge?: number;
}

/** What the build makes of a folder of templates. */
export interface Templates {
  /** For devices whose language has no templates. */
  readonly defaultLanguage: string;
  /** The default first. */
  readonly languages: readonly string[];
  readonly templates: Readonly<Record<TemplateName, Readonly<Record<string, Template>>>>;
}

export interface Line {
  readonly text: string;
  readonly locKey?: string;
  readonly locArgs?: readonly string[];
}

/** The words of a notification in one language. */
export interface Words {
  readonly title: Line;
  readonly body: Line;
  /** Address of a picture. */
  readonly image?: string;
  readonly template: Template;
}

/** Fills templates. */
export class Wording {
  constructor(
    private readonly templates: Templates,
    /** False leaves out what people wrote, for pushes that say only that there is something. */
    private readonly withMessageText: boolean,
  ) {}

  /**
   * The languages to push a notification in, the default first. A background push has no words, and words that the
   * app looks up itself need no languages.
   */
  languages(notification: Notification): readonly string[] {
    const { defaultLanguage, languages, templates } = this.templates;
    const { template } = notification;
    if (!template || languages.length === 1) return [defaultLanguage];
    return languages.filter((l) => l === defaultLanguage || templates[template][l] !== undefined);
  }

  /** Nothing for a background push. */
  words(notification: Notification, language: string): Words | undefined {
    if (!notification.template) return undefined;
    const { defaultLanguage, templates } = this.templates;
    const available = templates[notification.template];
    const template = (available[language] ?? available[defaultLanguage])!;
    const parameters = this.parameters(notification.template, notification.parameters);
    return {
      template,
      title: line(parameters, template.title, template.titleFallback, {
        key: template.titleLocKey,
        args: template.titleLocArgs,
        fallback: template.titleFallbackLocKey,
      }),
      body: line(parameters, template.body, template.bodyFallback, {
        key: template.bodyLocKey,
        args: template.bodyLocArgs,
        fallback: template.bodyFallbackLocKey,
      }),
      image: template.image && fill(template.image, parameters, encodeURIComponent),
    };
  }

  private parameters(
    template: TemplateName,
    given: Readonly<Record<string, string>>,
  ): Record<string, string> {
    const parameters: Record<string, string> = {};
    const hidden = this.withMessageText ? [] : TEMPLATE_PARAMETERS[template].private;
    for (const name of TEMPLATE_PARAMETERS[template].parameters) {
      parameters[name] = hidden.includes(name) ? '' : (given[name] ?? '').trim();
    }
    return parameters;
  }
}

/** For payloads without fields for texts that the app looks up: keys and arguments as data, which holds text alone. */
export function lookups({ title, body }: Words): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const [name, { locKey, locArgs }] of [
    ['title', title],
    ['body', body],
  ] as const) {
    if (!locKey) continue;
    keys[`${name}LocKey`] = locKey;
    keys[`${name}LocArgs`] = JSON.stringify(locArgs);
  }
  return keys;
}

function line(
  parameters: Readonly<Record<string, string>>,
  text: string,
  fallback: string | undefined,
  loc: { key?: string; args?: readonly string[]; fallback?: string },
): Line {
  const words = fill(text, parameters) ?? fallback ?? '';
  if (!loc.key) return { text: words };
  const args = (loc.args ?? []).map((arg) => fill(arg, parameters));
  if (args.every((arg) => arg !== undefined)) return { text: words, locKey: loc.key, locArgs: args };
  return loc.fallback ? { text: words, locKey: loc.fallback, locArgs: [] } : { text: words };
}

/** The text with its placeholders filled, or nothing when one of them is empty. */
function fill(
  text: string,
  parameters: Readonly<Record<string, string>>,
  encode = (value: string) => value,
): string | undefined {
  let filled = '';
  let at = 0;
  for (let open = text.indexOf('{'); open >= 0; open = text.indexOf('{', at)) {
    const close = text.indexOf('}', open);
    if (close < 0) break;
    const value = parameters[text.slice(open + 1, close)];
    if (!value) return undefined;
    filled += text.slice(at, open) + encode(value);
    at = close + 1;
  }
  return filled + text.slice(at);
}
