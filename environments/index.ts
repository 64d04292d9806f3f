import { dev } from './dev';
import { local } from './local';
import { prod } from './prod';
import { EnvironmentError, parseEnvironment, type Environment } from './schema';
import { staging } from './staging';

/**
 * All environments, checked. A new one is a file of its own and a line here.
 * @throws EnvironmentError with every mistake of every file
 */
export function loadEnvironments(
  inputs: Readonly<Record<string, unknown>> = { local, dev, staging, prod },
): Environment[] {
  const errors: EnvironmentError[] = [];
  const environments: Environment[] = [];
  for (const [name, input] of Object.entries(inputs)) {
    const file = `environments/${name}.ts`;
    try {
      const environment = parseEnvironment(file, input);
      if (environments.some((other) => other.name === environment.name)) {
        throw new EnvironmentError(file, [
          `name: takes one that no other environment has, for example '${name}', got '${environment.name}'`,
        ]);
      }
      environments.push(environment);
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, errors.map((error) => error.message).join('\n'));
  return environments;
}
