import { accountId, refuse, startSession } from './account.mjs';
import { print, readOptions } from './cli.mjs';

/** Commands of STS. The session's tags are those of the caller and not checked: the local STS and its tests do that. */
export const sts = {
  'assume-role'(args) {
    const options = readOptions(args, {
      'role-arn': 'value!',
      'role-session-name': 'value!',
      'duration-seconds': 'value',
    });
    const role = options['role-arn'];
    const isKnown = role.startsWith(`arn:aws:iam::${accountId}:role/`);
    if (!isKnown)
      refuse(
        'AccessDenied',
        'AssumeRole',
        `User is not authorized to perform: sts:AssumeRole on resource: ${role}`,
      );
    if (!/^[\w+=,.@-]{2,64}$/.test(options['role-session-name'])) {
      refuse('ValidationError', 'AssumeRole', 'Member must satisfy regular expression pattern: [\\w+=,.@-]*');
    }
    print({ Credentials: startSession(role) }, options);
  },
};
