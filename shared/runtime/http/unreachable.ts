/** A reason and its remedy, by the codes of Node's network and TLS errors. */
interface Reason {
  codes: readonly string[];
  words: string;
  /** The remedy. */
  remedy: string;
}

const silent = 'Check that the server is up, and that the network allows connections from Bough.';
const closed = 'Check the host and the port in the URL, and that firewalls let Bough through to it.';
const unknown = 'Check the host name in the URL, and that the DNS servers of the network know it.';
const plain = 'Check the port in the URL, and whether the URL begins with http:// or https://.';
const expired = 'Renew the certificate of the server.';
const untrusted =
  'Give the server a certificate of a public authority, with its whole chain, or deploy Bough with the certificate of your own authority (bitbucketCaFile).';

const reasons: readonly Reason[] = [
  { codes: ['ENOTFOUND'], words: 'its name is not known to DNS', remedy: unknown },
  { codes: ['EAI_AGAIN'], words: 'no DNS server answers', remedy: unknown },
  { codes: ['ECONNREFUSED'], words: 'the connection was refused', remedy: closed },
  { codes: ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'], words: 'the connection was closed', remedy: silent },
  { codes: ['EHOSTUNREACH', 'ENETUNREACH'], words: 'there is no route to it', remedy: closed },
  { codes: ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'], words: 'no answer in time', remedy: closed },
  { codes: ['TimeoutError'], words: 'no answer in time', remedy: silent },
  {
    codes: [
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'SELF_SIGNED_CERT_IN_CHAIN',
    ],
    words: 'its certificate is of an authority that is not trusted',
    remedy: untrusted,
  },
  {
    codes: ['DEPTH_ZERO_SELF_SIGNED_CERT'],
    words: 'its certificate is signed by itself and not trusted',
    remedy: untrusted,
  },
  { codes: ['CERT_HAS_EXPIRED'], words: 'its certificate has expired', remedy: expired },
  { codes: ['CERT_NOT_YET_VALID'], words: 'its certificate is not valid yet', remedy: expired },
  {
    codes: ['ERR_TLS_CERT_ALTNAME_INVALID'],
    words: 'its certificate is for another name',
    remedy:
      'Use the host name that the certificate is for in the URL, or give the server a certificate for this one.',
  },
  {
    codes: ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'],
    words: 'it does not use TLS on this port',
    remedy: plain,
  },
];

/**
 * The reason why a server did not answer, in words and with the error's code. The error's own message is left out,
 * because it may contain internal addresses, names from a certificate, or a header's value.
 */
export function whyUnreachable(error: unknown): string {
  const code = codeOf(error);
  if (code === undefined) return 'the connection failed';
  return `${reasonFor(code)?.words ?? 'the connection failed'} (${code})`;
}

/** The remedy when a server did not answer. */
export function remedyForUnreachable(error: unknown): string {
  return reasonFor(codeOf(error))?.remedy ?? silent;
}

function reasonFor(code: string | undefined): Reason | undefined {
  return reasons.find(({ codes }) => code !== undefined && codes.includes(code));
}

/** The code of the error or of its cause. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'TimeoutError' ? error.name : codeOf(error.cause);
}
