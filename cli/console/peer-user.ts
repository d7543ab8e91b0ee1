import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';

/** The ends of a connection to this server. */
export interface Connection {
  remoteAddress?: string | undefined;
  remotePort?: number | undefined;
  localAddress?: string | undefined;
  localPort?: number | undefined;
}

/** One end of a connection, and the user who owns it. */
interface Row {
  local: string;
  remote: string;
  state: string;
  user: number;
}

/** A line of Linux's tables of connections: both ends in hexadecimal, the state, and further columns up to the owner. */
const line = /^ *\d+: ([\dA-F]+:[\dA-F]{4}) ([\dA-F]+:[\dA-F]{4}) ([\dA-F]{2}) \S+ \S+ \S+ +(\d+) /gm;
const established = '01';
const root = 0;

/**
 * True for a connection that another user of this machine opened. The token excludes other users, except on Linux,
 * where they can see the arguments of a starting browser. Systems without such tables pass.
 */
export function isOfAnotherUser(connection: Connection, own = process.getuid?.()): boolean {
  const table = readTables();
  return table !== null && own !== undefined && isForeign(connection, { table, own });
}

/**
 * Finds the other end of a connection in the tables. Root may connect, because forwarded ports of containers belong to
 * root. An end that is closed already has no owner and counts as foreign.
 */
export function isForeign(
  { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 }: Connection,
  { table, own, order = endianness() }: { table: string; own: number; order?: 'LE' | 'BE' },
): boolean {
  const clients = endsOf(remoteAddress, remotePort, order);
  const servers = endsOf(localAddress, localPort, order);
  const rows = rowsOf(table);
  // A table without this end of the connection belongs to a system that hides connections.
  if (!rows.some(({ local, remote }) => local === servers[0] && remote === clients[0])) return false;
  const peer = rows.find(
    ({ local, remote }) => clients.includes(local) && servers[clients.indexOf(local)] === remote,
  );
  return peer?.state !== established || (peer.user !== own && peer.user !== root);
}

function rowsOf(table: string): Row[] {
  return [...table.matchAll(line)].map(([, local = '', remote = '', state = '', user = '']) => ({
    local,
    remote,
    state,
    user: Number(user),
  }));
}

/** An address of IPv4 as the tables write it: for sockets of IPv4, and for those of IPv6. */
function endsOf(address: string, port: number, order: 'LE' | 'BE'): readonly string[] {
  const bytes = address.split('.').map((part) => hex(Number(part), 2));
  const word = (order === 'LE' ? bytes.toReversed() : bytes).join('');
  const prefix = `${'0'.repeat(16)}${order === 'LE' ? 'FFFF0000' : '0000FFFF'}`;
  return [`${word}:${hex(port, 4)}`, `${prefix}${word}:${hex(port, 4)}`];
}

function hex(number: number, digits: number): string {
  return number.toString(16).toUpperCase().padStart(digits, '0');
}

/** Null where the tables do not exist or cannot be read. */
function readTables(): string | null {
  try {
    return readFileSync('/proc/net/tcp', 'latin1') + readFileSync('/proc/net/tcp6', 'latin1');
  } catch {
    return null;
  }
}
