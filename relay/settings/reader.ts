import { SettingsError } from '../errors';
import { readHubRule, type HubRule } from './hub-rule';

/** Reads settings and gathers what is wrong with them. */
export class Reader {
  readonly problems: string[] = [];

  constructor(private readonly environment: NodeJS.ProcessEnv) {}

  optional(name: string): string | undefined {
    return this.environment[name]?.trim() || undefined;
  }

  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) this.problems.push(`app setting ${name} is missing`);
    return value ?? '';
  }

  matching(name: string, otherwise: string, pattern: RegExp, expected: string): string {
    const value = this.optional(name) ?? otherwise;
    if (!pattern.test(value)) this.problems.push(`app setting ${name} must be ${expected}, got '${value}'`);
    return value;
  }

  rule(name: string, id: string | undefined): HubRule | undefined {
    if (!id) return undefined;
    try {
      return readHubRule(id);
    } catch (error) {
      this.problems.push(`app setting ${name}: ${(error as Error).message}`);
    }
    return undefined;
  }

  done(what: string): void {
    if (this.problems.length > 0)
      throw new SettingsError(`${what} not configured: ${this.problems.join('; ')}`);
  }
}
