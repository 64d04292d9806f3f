import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { isOptions, shown } from './checks';
import { mistake } from './mistakes';
import type { Tags } from './resource-group';
import { firstTold } from './told-once';

/** Source: azure-docs, azure-resource-manager/management/tag-resources.md, "Limitations". */
const MOST_TAGS = 50;
const LONGEST_KEY = 512;
const LONGEST_VALUE = 256;
const FORBIDDEN_IN_KEYS = /[<>%&\\?/]/;

/** Azure's limit for keys of a storage account's tags. */
export const LONGEST_STORAGE_TAG_KEY = 128;

/** What is wrong with tags, one text each; keys and values known only after the deploy pass. */
export function tagProblems(tags: Tags, longestKey = LONGEST_KEY): string[] {
  const problems: string[] = [];
  const keys = Object.keys(tags).filter((key) => !Token.isUnresolved(key));
  if (Object.keys(tags).length > MOST_TAGS) {
    problems.push(`tags takes ${MOST_TAGS} at most, got ${Object.keys(tags).length}: leave some out`);
  }
  const byLowerCase = new Map<string, string>();
  for (const key of keys) {
    const label = key.length > 60 ? `${key.slice(0, 60)}…` : key;
    const same = byLowerCase.get(key.toLowerCase());
    byLowerCase.set(key.toLowerCase(), key);
    if (same !== undefined) {
      problems.push(`tags takes a key once, whatever its case, got '${same}' and '${key}': leave one out`);
    }
    if (key.length < 1 || key.length > longestKey) {
      problems.push(
        `tags takes keys of 1 to ${longestKey} characters, got ${key.length} in '${label}': shorten it`,
      );
    }
    if (FORBIDDEN_IN_KEYS.test(key)) {
      problems.push(`tags takes keys without < > % & \\ ? /, got '${label}': write it with other characters`);
    }
    const value: unknown = tags[key];
    if (Token.isUnresolved(value)) continue;
    if (typeof value !== 'string') {
      problems.push(`tags takes texts as values, got ${typeof value} for '${label}': write it as a text`);
    } else if (value.length > LONGEST_VALUE) {
      problems.push(
        `tags takes values of ${LONGEST_VALUE} characters at most, got ${value.length} for '${label}': shorten it`,
      );
    }
  }
  return problems;
}

/**
 * Notes what Azure would refuse about tags. The first construct that is given them is named, not each that they are
 * handed on to.
 */
export function checkTags(scope: IConstruct, tags: Tags | undefined, longestKey = LONGEST_KEY): void {
  if (tags === undefined || Token.isUnresolved(tags)) return;
  if (!isOptions(tags)) {
    mistake(scope, `tags takes an object of texts, got ${shown(tags)}`);
    return;
  }
  for (const problem of tagProblems(tags, longestKey)) {
    if (firstTold(scope, tags, problem)) mistake(scope, problem);
  }
}
