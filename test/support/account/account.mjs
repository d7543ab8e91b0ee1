// An AWS account in a directory, for the stand-ins of commands: one file per resource, and one with all calls.
// $STAND_IN_ACCOUNT is the directory. A call needs the credentials of an assumed role, as in the account of a user, where
// builds have no rights of their own. The account evaluates no policies: tests evaluate them for the recorded calls.
import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** The id of the account. */
export const accountId = '000000000000';

/** The region of all resources. */
export const region = process.env.AWS_REGION ?? fail('You must specify a region.');

/** Ends the command with a message. */
export function fail(message, code = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

/** Ends the command with an error in the form of the AWS CLI. */
export const refuse = (code, operation, message) =>
  fail(`\nAn error occurred (${code}) when calling the ${operation} operation: ${message}`, 254);

const root = process.env.STAND_IN_ACCOUNT ?? fail('The stand-ins need the directory $STAND_IN_ACCOUNT.');
const fileOf = (kind, name) => join(root, kind, `${encodeURIComponent(name)}.json`);

/** A stored resource; undefined when it does not exist. */
export function find(kind, name) {
  const file = fileOf(kind, name);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** All resources of a kind. */
export function findAll(kind) {
  const directory = join(root, kind);
  if (!existsSync(directory)) return [];
  return readdirSync(directory).map((file) => JSON.parse(readFileSync(join(directory, file), 'utf8')));
}

/** Stores a resource. */
export function store(kind, name, value) {
  const file = fileOf(kind, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(value, null, 2));
}

/** Stores a resource unless one with its name exists; returns whether it did. */
export function storeNew(kind, name, value) {
  const file = fileOf(kind, name);
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, JSON.stringify(value, null, 2), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a resource. */
export const remove = (kind, name) => rmSync(fileOf(kind, name), { force: true });

/** Starts a session of a role and returns its credentials. */
export function startSession(role) {
  const AccessKeyId = `ASIA${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`;
  const session = { AccessKeyId, SecretAccessKey: randomUUID(), SessionToken: randomUUID() };
  const environment = process.env.BOUGH_MACHINE_NAME;
  const data = process.env.BOUGH_PARENT_DATA_URI?.split('/').at(-1) || environment;
  store('sessions', AccessKeyId, { ...session, role, tags: { environment, data } });
  return session;
}

/**
 * Records a call. Ends the command unless its credentials are those of a role's session, or the setting `builderPolicies`
 * gives builds rights of their own: `$STAND_IN_BUILDER_POLICIES`.
 */
export function authorise(operation, action, resources, context = {}) {
  if (process.env.STAND_IN_BUILDER_POLICIES) return;
  const session = find('sessions', process.env.AWS_ACCESS_KEY_ID ?? '');
  const isKnown =
    session !== undefined &&
    session.SecretAccessKey === process.env.AWS_SECRET_ACCESS_KEY &&
    session.SessionToken === process.env.AWS_SESSION_TOKEN;
  if (!isKnown) refuse('AccessDenied', operation, `The caller is not authorized to perform: ${action}`);
  const { role, tags } = session;
  for (const resource of [resources].flat()) {
    const call = { role, tags, action, resource, context };
    appendFileSync(join(root, 'calls.jsonl'), `${JSON.stringify(call)}\n`);
  }
}
