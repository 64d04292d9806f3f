import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { isOptions, shown } from './checks';
import { isNew, mistake } from './mistakes';
import type { Tags } from './resource-group';

/**
 * What Azure takes; a storage account takes shorter keys than other resources.
 * Source: azure-docs, azure-resource-manager/management/tag-resources.md, "Limitations".
 */
const LIMITS = { tags: 50, key: 512, keyOfStorageAccount: 128, value: 256 } as const;

const FORBIDDEN = /[<>%&\\?/]/;

/** Notes what is wrong with tags, once: the first construct that takes them is named. */
export function checkTags(scope: IConstruct, tags: Tags | undefined, longestKey: number = LIMITS.key): void {
  if (tags === undefined || Token.isUnresolved(tags)) return;
  if (!isOptions(tags)) {
    mistake(scope, `tags takes an object of texts, got ${shown(tags)}`);
    return;
  }
  const problems = tagProblems(tags, longestKey);
  if (problems.length === 0 || !isNew(scope, tags)) return;
  for (const problem of problems) mistake(scope, problem);
}

/** The same for a storage account. */
export function checkStorageTags(scope: IConstruct, tags: Tags | undefined): void {
  checkTags(scope, tags, LIMITS.keyOfStorageAccount);
}

function tagProblems(tags: Tags, longestKey: number): string[] {
  const keys = Object.keys(tags).filter((key) => !Token.isUnresolved(key));
  const problems: string[] = [];
  if (keys.length > LIMITS.tags) problems.push(`tags takes ${LIMITS.tags} tags at most, got ${keys.length}`);
  const seen = new Map<string, string>();
  for (const key of keys) {
    if (key.length < 1 || key.length > longestKey) {
      problems.push(`tags takes keys of 1 to ${longestKey} characters, got ${key.length} in '${cut(key)}'`);
    }
    if (FORBIDDEN.test(key)) problems.push(`tags takes keys without < > % & \\ ? /, got '${cut(key)}'`);
    const twin = seen.get(key.toLowerCase());
    if (twin !== undefined) {
      problems.push(`tags takes each key once, whatever its case, got '${cut(twin)}' and '${cut(key)}'`);
    }
    seen.set(key.toLowerCase(), key);
    const value: unknown = tags[key];
    if (Token.isUnresolved(value)) continue;
    if (typeof value !== 'string') problems.push(`tags.${cut(key)} takes a text, got ${shown(value)}`);
    else if (value.length > LIMITS.value) {
      problems.push(`tags.${cut(key)} takes ${LIMITS.value} characters at most, got ${value.length}`);
    }
  }
  return problems;
}

function cut(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
