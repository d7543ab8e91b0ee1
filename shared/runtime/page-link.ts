import type { Integration } from '../domain/integrations/integration.ts';
import type { Integrations } from '../ports/integrations.ts';
import type { Secrets } from '../ports/secrets.ts';
import { linkKeyOf, signerOf, signLink } from './link-key.ts';

interface Ports {
  integrations: Pick<Integrations, 'listOf'>;
  secrets: Secrets;
}

/** Bytes of an environment's name in a link: in its longest form the name still fits into a parameter of a path. */
export const longestLinkedName = 250;

/**
 * The path of an environment's status page below the management API's URL; null when the integration has no public pages
 * or the name is too long.
 * @param activity the deployment that the link is about
 */
export async function statusPagePath(
  secrets: Secrets,
  integration: Integration,
  environment: string,
  activity?: string,
): Promise<string | null> {
  const { project } = integration;
  const key = await pageKeyOf(secrets, integration);
  if (key === null || Buffer.byteLength(environment) > longestLinkedName) return null;
  const segment = segmentOf(environment);
  const query = activity === undefined ? '' : `?activity=${encodeURIComponent(activity)}`;
  return `/status/${project}/${segment}/${signLink(key, 'status', project, segment)}${query}`;
}

/** The path of a project's board below the management API's URL; null when the integration has no public pages. */
export async function boardPath(secrets: Secrets, integration: Integration): Promise<string | null> {
  const { project } = integration;
  const key = await pageKeyOf(secrets, integration);
  return key === null ? null : `/board/${project}/${signLink(key, 'board', project)}`;
}

/** The environment of a link to a status page, with its integration; null unless the link is valid. */
export async function openStatusPage(
  ports: Ports,
  { project, segment, signature }: { project: string; segment: string; signature: string },
): Promise<{ integration: Integration; environment: string } | null> {
  const integration = await signerOf(ports, project, signature, 'status', project, segment);
  return integration?.public_pages ? { integration, environment: nameIn(segment) } : null;
}

/** The integration of a link to a board; null unless the link is valid. */
export async function openBoard(
  ports: Ports,
  { project, signature }: { project: string; signature: string },
): Promise<Integration | null> {
  const integration = await signerOf(ports, project, signature, 'board', project);
  return integration?.public_pages ? integration : null;
}

async function pageKeyOf(secrets: Secrets, integration: Integration): Promise<string | null> {
  return integration.public_pages ? linkKeyOf(secrets, integration) : null;
}

/**
 * A name as one segment of a path. Percent signs are not used, because API Gateway decodes paths twice; dots are encoded,
 * because proxies resolve them.
 */
function segmentOf(name: string): string {
  const bytes = [...Buffer.from(name)];
  return bytes.map((byte) => (isPlain(byte) ? String.fromCharCode(byte) : `~${hex(byte)}`)).join('');
}

function nameIn(segment: string): string {
  const bytes = segment.match(/~[0-9a-f]{2}|[\w-]/g) ?? [];
  return Buffer.from(
    bytes.map((one) => (one.startsWith('~') ? Number.parseInt(one.slice(1), 16) : one.charCodeAt(0))),
  ).toString();
}

function isPlain(byte: number): boolean {
  return /^[\w-]$/.test(String.fromCharCode(byte));
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
