import * as z from 'zod';
import { type AddressRule, accessLimits } from '../../../shared/domain/access/http-access.ts';
import { networkText } from '../../../shared/domain/access/network.ts';
import { waitForActivities } from '../../activities/follow.ts';
import { connectApi, InvalidInput, path } from '../../api/client.ts';
import type { Environment } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { hasSucceeded } from '../../output/outcomes.ts';
import { formatValue } from '../../output/properties.ts';
import { printable } from '../../output/text.ts';
import { selectEnvironment, selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { booleanOf, environmentOptions, projectOptions, waitOptions } from '../options.ts';
import { ActionResult } from './actions.ts';

const Options = z.object({
  ...projectOptions,
  ...environmentOptions,
  ...waitOptions,
  access: z.array(z.string()).default([]),
  auth: z.array(z.string()).default([]),
  enabled: z.string().optional(),
  inherit: z.boolean().default(false),
});

/** `environment:http-access`. The texts are those of Upsun's CLI. */
export const setHttpAccess: Run = async ({ options, terminal }) => {
  const given = Options.parse(options);
  const changes = changesIn(given);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const environment = await selectEnvironment(
    api,
    terminal,
    project,
    given.environment,
    changes === undefined ? 'read' : 'change',
  );
  if (changes === undefined) {
    terminal.info(`HTTP access settings for the environment ${labelOf(environment)}:`);
    show(terminal, environment);
    return 0;
  }
  const url = path`/projects/${project.id}/environments/${environment.id}`;
  const result = await api.patch(url, { http_access: changes }, ActionResult).catch(explainInvalid);
  const { entity, activities } = result._embedded;
  terminal.info(`Updated HTTP access settings for the environment ${labelOf(entity)}:`);
  show(terminal, entity);
  if (letsEverybodyIn(entity)) {
    terminal.info(
      '\nNo address is denied. To let in only those that are allowed, end with: --access deny:any',
    );
  }
  terminal.info('\nThe change reaches the site within a minute. The environment need not be redeployed.');
  const ended = await waitForActivities(api, terminal, project.id, activities, given);
  return ended.every(hasSucceeded) ? 0 : 1;
};

/** The changes that the options ask for; undefined for none, null to inherit. Throws `CliError`. */
function changesIn({ access, auth, enabled, inherit }: z.infer<typeof Options>) {
  const isChange = access.length + auth.length > 0 || enabled !== undefined;
  if (inherit && isChange) throw new CliError("'--inherit' cannot be combined with other settings");
  if (inherit) return null;
  if (!isChange) return undefined;
  return {
    is_enabled: booleanOf('enabled', enabled),
    addresses: listOf(access, readAccess),
    basic_auth: entriesOf(listOf(auth, readAuth)),
  };
}

/** The parsed values; null when the only one is 0, undefined when there is none. */
function listOf<T>(values: readonly string[], read: (value: string) => T): T[] | null | undefined {
  if (values.length === 0) return undefined;
  return values.length === 1 && values[0] === '0'
    ? null
    : values.filter((value) => value !== '' && value !== '0').map(read);
}

function entriesOf(users: (readonly [string, string])[] | null | undefined) {
  return users && Object.fromEntries(users);
}

function readAccess(value: string): AddressRule {
  const [, permission = '', address = ''] = /^([^:]*):(.*)$/s.exec(value) ?? [];
  const text = printable(value);
  if (!value.includes(':'))
    throw new CliError(`Access "${text}" is not valid, please use the format: permission:address`);
  if (permission !== 'allow' && permission !== 'deny')
    throw new CliError(
      `The permission type '${printable(permission)}' is not valid; it must be one of 'allow' or 'deny'`,
    );
  const network = networkText(address);
  if (network === null)
    throw new CliError(`The address "${printable(address)}" is not a valid IP address or CIDR`);
  return { permission, address: network };
}

/** Messages do not repeat the value, which contains a password. */
function readAuth(value: string): readonly [string, string] {
  const [, user = '', password] = /^([^:]*):(.*)$/s.exec(value) ?? [];
  if (password === undefined)
    throw new CliError('The value of --auth is not valid. The format should be username:password');
  if (!/^[a-zA-Z0-9_-]{2,}$/.test(user) || user.length > accessLimits.user)
    throw new CliError(`The username "${printable(user)}" for --auth is not valid`);
  if (password.length < 6) throw new CliError('The minimum password length for --auth is 6 characters');
  return [user, password];
}

/** The environment, and the one that it inherits its settings from. */
function labelOf({ id, http_access_from: from }: Environment): string {
  return from === null || from === id
    ? printable(id)
    : `${printable(id)} (inherited from ${printable(from)})`;
}

function show(terminal: Terminal, { http_access }: Environment): void {
  terminal.write(`${printable(formatValue('http_access', http_access))}\n`);
}

function letsEverybodyIn({ http_access: { is_enabled, addresses } }: Environment): boolean {
  return is_enabled && addresses.length > 0 && addresses.every(({ permission }) => permission === 'allow');
}

function explainInvalid(error: unknown): never {
  const [problem] = error instanceof InvalidInput ? Object.values(error.problems) : [];
  if (problem === undefined) throw error;
  throw new CliError(printable(problem), { cause: error });
}
