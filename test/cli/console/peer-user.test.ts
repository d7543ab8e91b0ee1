import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isForeign } from '../../../cli/console/peer-user.ts';
import { aConsole } from '../../support/console.ts';

const own = 1000;
const heading =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const rest = '0 1234 1 0000000000000000 20 4 30 10 -1';
const row = (local: string, remote: string, { state = '01', user = own } = {}) =>
  `   3: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  ${String(user).padStart(4)}        ${rest}\n`;

const server = '0100007F:1F90';
const client = '0100007F:A43A';
const mapped = (end: string) => `0000000000000000FFFF0000${end}`;
const connection = {
  localAddress: '127.0.0.1',
  localPort: 8080,
  remoteAddress: '127.0.0.1',
  remotePort: 42042,
};
const judge = (...rows: string[]) =>
  isForeign(connection, { table: heading + row(server, client) + rows.join(''), own, order: 'LE' });

describe('a connection on Linux', () => {
  it.each([
    ['the same user', row(client, server)],
    ['the same user over IPv6', row(mapped(client), mapped(server))],
    ['root, who owns forwarded ports', row(client, server, { user: 0 })],
  ])('may belong to %s', (_, peer) => {
    expect(judge(peer)).toBe(false);
  });

  it.each([
    ['of another user', row(client, server, { user: 1001 })],
    ['of another user over IPv6', row(mapped(client), mapped(server), { user: 1001 })],
    ['that is closed and has no owner', row(client, server, { state: '05', user: 0 })],
    ['whose other end is not there', ''],
    ['from the same port to another server', row(client, '0200007F:1F90')],
    ['from the same port of another address', row('0200007F:A43A', server)],
  ])('is refused %s', (_, peer) => {
    expect(judge(peer)).toBe(true);
  });

  it('is read in the byte order of the machine', () => {
    const table =
      row('7F000001:1F90', '7F000001:A43A') + row('7F000001:A43A', '7F000001:1F90', { user: 1001 });

    expect(isForeign(connection, { table, own, order: 'BE' })).toBe(true);
  });

  it('passes where the system hides connections', () => {
    expect(isForeign(connection, { table: heading, own, order: 'LE' })).toBe(false);
  });
});

const isRootOnLinux = process.platform === 'linux' && process.getuid?.() === 0;

describe.runIf(isRootOnLinux)('another user of this machine who has the token', () => {
  it.each(['127.0.0.1', '::ffff:127.0.0.1'])('is refused at %s', async (address) => {
    await using console = await aConsole();
    const headers = `Host: ${console.host}\\r\\nSec-Fetch-Site: same-origin\\r\\nX-Bough-Token: ${console.token}\\r\\nConnection: close`;
    const program = `require('node:net').connect(${console.port}, '${address}').on('data', (data) => process.stdout.write(data)).write('GET /api/projects HTTP/1.1\\r\\n${headers}\\r\\n\\r\\n')`;
    const child = spawn(process.execPath, ['-e', program], {
      uid: 65_534,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let answer = '';
    child.stdout.on('data', (data) => {
      answer += data;
    });
    await once(child, 'close');

    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain('foreign_user');
    expect(console.api.requests).toEqual([]);
  });
});
