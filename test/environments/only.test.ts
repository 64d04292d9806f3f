import { loadEnvironments } from '../../environments';
import { wanted } from '../../environments/only';
import type { Environment } from '../../environments/schema';

const environments = loadEnvironments();
const names = (only?: string, of: readonly Environment[] = environments) =>
  wanted(of, only).map(({ name }) => name);

test('those that are named are wanted', () => {
  expect(names('dev')).toEqual(['dev']);
  expect(names('prod,local')).toEqual(['local', 'prod']);
});

test('all are wanted when none is named, or one that is none', () => {
  const all = ['local', 'dev', 'staging', 'prod'];
  expect(names(undefined)).toEqual(all);
  expect(names('dev,other')).toEqual(all);
});

test('all are wanted when one that would be left out has templates of its own', () => {
  const withTemplates = environments.map((environment) =>
    environment.name === 'prod' && environment.events.target === 'relay'
      ? { ...environment, events: { ...environment.events, templates: 'templates' } }
      : environment,
  );
  expect(names('dev', withTemplates)).toHaveLength(4);
  expect(names('prod', withTemplates)).toEqual(['prod']);
});
