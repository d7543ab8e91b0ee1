import type { Environment } from '../../shared/api/environment.ts';

/** The words for the types of environments. */
export const typeText: Readonly<Record<Environment['type'], string>> = {
  production: 'Production',
  staging: 'Staging',
  development: 'Development',
};

/** The types that a user can choose. The environment of the default branch alone has the type production. */
export const chosenTypes = (['development', 'staging'] as const).map((value) => ({
  value,
  label: typeText[value],
}));
