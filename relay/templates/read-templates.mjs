import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Text fields, each with the field that takes its place when one of its parameters is empty. */
const TEXTS = { title: 'titleFallback', body: 'bodyFallback' };
const LOC_KEYS = { titleLocKey: 'titleLocArgs', bodyLocKey: 'bodyLocArgs' };
const FALLBACK_LOC_KEYS = ['titleFallbackLocKey', 'bodyFallbackLocKey'];
const PLAIN = [
  'titleFallback',
  'bodyFallback',
  'sound',
  'androidChannel',
  'androidClickAction',
  'category',
  'image',
  ...FALLBACK_LOC_KEYS,
];
const CHOICES = {
  androidVisibility: ['private', 'public', 'secret'],
  androidPriority: ['min', 'low', 'default', 'high', 'max'],
  interruptionLevel: ['passive', 'active', 'time-sensitive', 'critical'],
};

/**
 * A push to one language is a tag expression, which takes six tags: the user, the VoIP tag, and every language that
 * it is not. https://learn.microsoft.com/azure/notification-hubs/notification-hubs-tags-segment-push-message
 */
const MAX_LANGUAGES = 5;

/**
 * Reads and checks a folder of templates, `{template}/{language}.json`.
 *
 * @param {string} folder
 * @param {string} [defaultLanguage] what a device gets whose language has no templates; it must have all of them
 * @param {Record<string, { parameters: string[], optional?: string }>} [known] the templates there are, with their
 * parameters and the optional event that they are for
 * @param {readonly string[]} [optionalEvents] the optional events that become pushes, and so need their templates
 * @returns {{ defaultLanguage: string, languages: string[], templates: Record<string, Record<string, object>> }}
 * @throws {Error} naming everything that is wrong, with its file
 */
export function readTemplates(folder, defaultLanguage = 'en', known = ownParameters(), optionalEvents = []) {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`templates in ${folder}: no such folder`);
  }
  const problems = [];
  const templates = {};
  const languages = new Set([defaultLanguage]);
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of names) {
    if (!Object.hasOwn(known, name)) {
      problems.push(`${name}: no such template, expected one of ${Object.keys(known).join(', ')}`);
      continue;
    }
    templates[name] = {};
    for (const file of readdirSync(join(folder, name)).sort()) {
      const language = /^([a-z]{2,3}(?:-[a-z0-9]{2,8})*)\.json$/.exec(file)?.[1];
      if (!language) {
        problems.push(
          `${name}/${file}: expected {language}.json with a lower-case BCP 47 tag, such as de.json or pt-br.json`,
        );
        continue;
      }
      languages.add(language);
      const template = parse(join(folder, name, file), `${name}/${file}`, problems);
      if (template) {
        problems.push(
          ...check(template, known[name].parameters).map((problem) => `${name}/${file}: ${problem}`),
        );
        templates[name][language] = template;
      }
    }
  }
  for (const [name, { optional }] of Object.entries(known)) {
    const needed = !optional || optionalEvents.includes(optional) || Object.hasOwn(templates, name);
    if (needed && !existsSync(join(folder, name, `${defaultLanguage}.json`))) {
      const may = known[name].parameters.map((parameter) => `{${parameter}}`).join(', ');
      problems.push(
        `${name}/${defaultLanguage}.json: missing; the default language needs every template` +
          (may && `, and this one may have ${may}`),
      );
    }
  }
  if (languages.size > MAX_LANGUAGES) {
    problems.push(
      `${languages.size} languages (${[...languages].join(', ')}), at most ${MAX_LANGUAGES}: ` +
        `use bodyLocKey, with which the app itself knows any number of languages`,
    );
  }
  if (problems.length > 0) throw new Error(`templates in ${folder}:\n  ${problems.join('\n  ')}`);
  const others = [...languages].filter((language) => language !== defaultLanguage).sort();
  return { defaultLanguage, languages: [defaultLanguage, ...others], templates };
}

function ownParameters() {
  return JSON.parse(readFileSync(new URL('parameters.json', import.meta.url), 'utf8'));
}

function parse(path, name, problems) {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    problems.push(`${name}: expected a JSON object`);
  } catch (error) {
    problems.push(`${name}: not JSON (${error.message})`);
  }
  return undefined;
}

function check(template, parameters) {
  const problems = [];
  const known = new Set([
    ...Object.keys(TEXTS),
    ...PLAIN,
    ...Object.entries(LOC_KEYS).flat(),
    ...Object.keys(CHOICES),
    'androidDirectBoot',
    'badge',
    'relevanceScore',
  ]);
  for (const field of Object.keys(template)) {
    if (!known.has(field))
      problems.push(`unknown field '${field}', expected some of ${[...known].join(', ')}`);
  }
  for (const field of [...Object.keys(TEXTS), ...PLAIN, ...Object.keys(LOC_KEYS)]) {
    const value = template[field];
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      problems.push(`'${field}' must be text`);
  }
  const placeholders = (field, text) => {
    if (typeof text !== 'string') return [];
    const found = [...text.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1]);
    if (/[{}]/.test(text.replace(/\{[^{}]*\}/g, '')))
      problems.push(`'${field}' has a brace without its other half`);
    for (const name of found) {
      if (!parameters.includes(name)) {
        problems.push(`'${field}' has '{${name}}', expected ${parameters.map((p) => `{${p}}`).join(', ')}`);
      }
    }
    return found;
  };
  for (const [text, fallback] of Object.entries(TEXTS)) {
    if (template[text] === undefined) problems.push(`'${text}' is missing`);
    const used = placeholders(text, template[text]);
    if (used.length > 0 && template[fallback] === undefined) {
      problems.push(
        `'${fallback}' is missing: '${text}' has ${used.map((name) => `{${name}}`).join(', ')}, which can be empty`,
      );
    }
    if (placeholders(fallback, template[fallback]).length > 0)
      problems.push(`'${fallback}' must do without parameters`);
  }
  for (const [key, args] of Object.entries(LOC_KEYS)) {
    const list = template[args];
    if (list === undefined) continue;
    if (template[key] === undefined) problems.push(`'${args}' is given without '${key}'`);
    if (!Array.isArray(list) || list.some((arg) => typeof arg !== 'string'))
      problems.push(`'${args}' must be a list of texts`);
    else for (const arg of list) placeholders(args, arg);
  }
  for (const [field, choices] of Object.entries(CHOICES)) {
    if (template[field] !== undefined && !choices.includes(template[field]))
      problems.push(`'${field}' must be one of ${choices.join(', ')}`);
  }
  placeholders('image', template.image);
  if (typeof template.image === 'string' && !/^https:\/\/[^\s{}/]+(\/\S*)?$/.test(template.image))
    problems.push(`'image' must be the https address of a picture, its host without parameters`);
  const { androidDirectBoot, badge, relevanceScore } = template;
  if (androidDirectBoot !== undefined && typeof androidDirectBoot !== 'boolean')
    problems.push(`'androidDirectBoot' must be true or false`);
  if (
    relevanceScore !== undefined &&
    !(typeof relevanceScore === 'number' && relevanceScore >= 0 && relevanceScore <= 1)
  )
    problems.push(`'relevanceScore' must be a number from 0 to 1`);
  if (badge !== undefined && !(Number.isInteger(badge) && badge >= 0))
    problems.push(`'badge' must be a whole number`);
  return problems;
}
