import { byteLength } from '../variables/variable.ts';
import {
  type AddressRule,
  accessLimits,
  type HashPassword,
  type HttpAccess,
  openAccess,
} from './http-access.ts';
import { networkText } from './network.ts';
import { publishedRule } from './published-rule.ts';

/** The changes that a user requests to access control. An absent field stays; null empties it. */
export interface AccessChanges {
  is_enabled?: boolean | undefined;
  addresses?: readonly AddressRule[] | null | undefined;
  /** The password of each user, or `hiddenPassword` to keep that of a user. */
  basic_auth?: Readonly<Record<string, string>> | null | undefined;
}

/** The text that stands for a password in responses. */
export const hiddenPassword = '********';

/** The result of an edit: the new setting, or the problem of each invalid field. */
export type AccessEdit = { access: HttpAccess } | { fields: Record<string, string> };

/** Applies changes to the setting in effect; null when there is none. The first change enables access control. */
export function editAccess(
  changes: AccessChanges,
  before: HttpAccess | null,
  hash: HashPassword,
): AccessEdit {
  const { addresses, basic_auth } = changes;
  const base = before ?? { ...openAccess, is_enabled: true };
  const problems = [
    ...(addresses ?? []).flatMap(({ address }, index) =>
      addressProblem(address, `addresses.${index}.address`),
    ),
    ...countProblem((addresses ?? []).length, accessLimits.addresses, 'addresses'),
    ...Object.entries(basic_auth ?? {}).flatMap(([user, password]) => userProblem(user, password, base)),
    ...countProblem(Object.keys(basic_auth ?? {}).length, accessLimits.users, 'basic_auth'),
  ];
  if (problems.length > 0) return { fields: Object.fromEntries(problems) };
  const access = {
    is_enabled: changes.is_enabled ?? base.is_enabled,
    addresses: addresses === undefined ? base.addresses : (addresses ?? []).map(normal),
    basic_auth: basic_auth === undefined ? base.basic_auth : hashed(basic_auth ?? {}, base, hash),
  };
  const bytes = byteLength(publishedRule({ ...access, is_enabled: true }) ?? '');
  if (bytes <= accessLimits.rule) return { access };
  return {
    fields: {
      http_access: `The addresses and users have ${bytes} bytes together; the limit is ${accessLimits.rule}`,
    },
  };
}

type Problem = [field: string, problem: string];

function addressProblem(address: string, field: string): Problem[] {
  if (networkText(address) !== null) return [];
  return [
    [`http_access.${field}`, `The address "${address.slice(0, 50)}" is not a valid IP address or CIDR`],
  ];
}

function countProblem(count: number, most: number, field: string): Problem[] {
  return count > most ? [[`http_access.${field}`, `Must have at most ${most} entries`]] : [];
}

/** The rules for names and passwords are those of Upsun's command. Messages do not contain the password. */
function userProblem(user: string, password: string, { basic_auth }: HttpAccess): Problem[] {
  const field = `http_access.basic_auth.${user.slice(0, accessLimits.user)}`;
  if (!/^[a-zA-Z0-9_-]{2,}$/.test(user) || user.length > accessLimits.user)
    return [[field, `The username is not valid: 2 to ${accessLimits.user} letters, digits, - and _`]];
  if (password === hiddenPassword)
    return Object.hasOwn(basic_auth, user) ? [] : [[field, 'The user has no password yet']];
  if (password.length < 6) return [[field, 'The minimum password length is 6 characters']];
  if (password.length > accessLimits.password || /\p{Cc}/u.test(password))
    return [[field, `The password has more than ${accessLimits.password} characters, or control characters`]];
  return [];
}

function normal({ permission, address }: AddressRule): AddressRule {
  return { permission, address: networkText(address) ?? address };
}

function hashed(
  given: Readonly<Record<string, string>>,
  { basic_auth }: HttpAccess,
  hash: HashPassword,
): Record<string, string> {
  const users = Object.entries(given).map(([user, password]) => {
    const known = Object.hasOwn(basic_auth, user) ? basic_auth[user] : undefined;
    return [user, password === hiddenPassword && known !== undefined ? known : hash(user, password)] as const;
  });
  return Object.fromEntries(users);
}
