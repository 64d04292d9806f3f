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
  /** APNs category, FCM click action. */
  readonly category?: string;
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
    if (!notification.template) return [defaultLanguage];
    const available = templates[notification.template];
    return languages.filter((language) => language === defaultLanguage || available[language] !== undefined);
  }

  words(notification: Notification & { readonly template: TemplateName }, language: string): Words {
    const { defaultLanguage, templates } = this.templates;
    const available = templates[notification.template];
    const template = (available[language] ?? available[defaultLanguage])!;
    const parameters = this.parameters(notification);
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
    };
  }

  private parameters(
    notification: Notification & { readonly template: TemplateName },
  ): Record<string, string> {
    const parameters: Record<string, string> = {};
    const hidden = this.withMessageText ? [] : TEMPLATE_PARAMETERS[notification.template].private;
    for (const name of TEMPLATE_PARAMETERS[notification.template].parameters) {
      parameters[name] = hidden.includes(name) ? '' : (notification.parameters[name] ?? '').trim();
    }
    return parameters;
  }
}

const PLACEHOLDER = /\{(\w+)\}/g;

function line(
  parameters: Readonly<Record<string, string>>,
  text: string,
  fallback: string | undefined,
  loc: { key?: string; args?: readonly string[]; fallback?: string },
): Line {
  const fill = (from: string) => from.replace(PLACEHOLDER, (_, name: string) => parameters[name] ?? '');
  const whole = (from: string) => [...from.matchAll(PLACEHOLDER)].every(([, name]) => parameters[name!]);
  const words = whole(text) ? fill(text) : (fallback ?? fill(text));
  if (!loc.key) return { text: words };
  const args = loc.args ?? [];
  if (args.every(whole)) return { text: words, locKey: loc.key, locArgs: args.map(fill) };
  return loc.fallback ? { text: words, locKey: loc.fallback, locArgs: [] } : { text: words };
}
