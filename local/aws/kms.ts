import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import { arn } from '../template/resource-types.ts';
import { type Allows, allowAll } from './iam/authorizer.ts';
import type { Call } from './iam/call.ts';
import { createJsonService, ServiceError } from './json-service.ts';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Each ciphertext starts with its key's id, a UUID in text form. */
const ID_BYTES = 36;
/** KMS's limit for direct encryption. */
const MAX_PLAINTEXT_BYTES = 4096;

const base64 = z.base64().transform((text) => Buffer.from(text, 'base64'));
const EncryptionContext = z.record(z.string(), z.string()).default({});

const EncryptInput = z.object({ KeyId: z.string(), Plaintext: base64, EncryptionContext });
const DecryptInput = z.object({ KeyId: z.string().optional(), CiphertextBlob: base64, EncryptionContext });
const AnyInput = z.object({
  KeyId: z.string().default(''),
  CiphertextBlob: base64.optional(),
  EncryptionContext,
});

/** Keys by id, and their aliases. */
export interface KeyStore {
  /** Loads the key, or creates it in a file that only the user can read. */
  create(id: string): Promise<void>;
  /** @param target a key's id or ARN */
  addAlias(alias: string, target: string): void;
  /** Finds a key by id, ARN, alias or alias ARN. Throws NotFoundException. */
  find(name: string): { readonly id: string; readonly material: Buffer };
}

/** Creates a store that keeps one file per key in the directory. */
export function createKeyStore(directory: string): KeyStore {
  const materials = new Map<string, Buffer>();
  const aliases = new Map<string, string>();
  return {
    async create(id) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      materials.set(id, await readOrCreateKey(join(directory, `${id}.key`)));
    },
    addAlias(alias, target) {
      aliases.set(alias, resourceOf(target));
    },
    find(name) {
      const resource = resourceOf(name);
      const id = (aliases.get(resource) ?? resource).replace(/^key\//, '');
      const material = materials.get(id);
      if (material === undefined) throw new ServiceError('NotFoundException', `Key '${name}' does not exist`);
      return { id, material };
    },
  };
}

function resourceOf(name: string): string {
  return name.replace(/^arn:[^:]*:kms:[^:]*:[^:]*:/, '');
}

/** Creates the emulator of KMS: Encrypt and Decrypt with AES-256-GCM. */
export function createKmsServer(keys: KeyStore, allows: Allows = allowAll): Server {
  const operations = {
    Encrypt: (input: unknown) => {
      const { KeyId, Plaintext, EncryptionContext } = EncryptInput.parse(input);
      if (Plaintext.length === 0 || Plaintext.length > MAX_PLAINTEXT_BYTES) {
        throw new ServiceError(
          'ValidationException',
          `Plaintext must have 1 to ${MAX_PLAINTEXT_BYTES} bytes.`,
        );
      }
      const key = keys.find(KeyId);
      return { ...described(key.id), CiphertextBlob: encrypt(key, Plaintext, EncryptionContext) };
    },
    Decrypt: (input: unknown) => {
      const { KeyId, CiphertextBlob, EncryptionContext } = DecryptInput.parse(input);
      const key = keys.find(keyIdOf(CiphertextBlob));
      if (KeyId !== undefined && keys.find(KeyId).id !== key.id) {
        throw new ServiceError('IncorrectKeyException', 'The ciphertext was encrypted under another key.');
      }
      const plaintext = decrypt(key.material, CiphertextBlob, EncryptionContext);
      return { ...described(key.id), Plaintext: plaintext.toString('base64') };
    },
  };
  return createJsonService('TrentService', operations, 'ValidationException', {
    allows,
    callsOf: (operation, input) => [kmsCall(keys, operation, input)],
  });
}

/** Returns the call that a request makes, on the ciphertext's key when there is a ciphertext. */
function kmsCall(keys: KeyStore, operation: string, input: unknown): Call {
  const { KeyId, CiphertextBlob, EncryptionContext } = AnyInput.parse(input);
  const { id } = keys.find(CiphertextBlob === undefined ? KeyId : keyIdOf(CiphertextBlob));
  const context = Object.entries(EncryptionContext).map(([name, value]) => [
    `kms:EncryptionContext:${name}`,
    value,
  ]);
  return {
    action: `kms:${operation}`,
    resource: arn('kms', `key/${id}`),
    context: Object.fromEntries(context),
  };
}

function described(id: string) {
  return { KeyId: arn('kms', `key/${id}`), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
}

type Context = Readonly<Record<string, string>>;

function encrypt(key: ReturnType<KeyStore['find']>, plaintext: Buffer, context: Context): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.material, iv).setAAD(canonical(context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.from(key.id), iv, cipher.getAuthTag(), ciphertext]).toString('base64');
}

function decrypt(material: Buffer, blob: Buffer, context: Context): Buffer {
  const iv = blob.subarray(ID_BYTES, ID_BYTES + IV_BYTES);
  const tag = blob.subarray(ID_BYTES + IV_BYTES, ID_BYTES + IV_BYTES + TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', material, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(canonical(context)).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(blob.subarray(ID_BYTES + IV_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}

function keyIdOf(blob: Buffer): string {
  if (blob.length < ID_BYTES + IV_BYTES + TAG_BYTES) throw invalidCiphertext();
  const id = blob.subarray(0, ID_BYTES).toString();
  if (!/^[0-9a-f-]{36}$/.test(id)) throw invalidCiphertext();
  return id;
}

/** As in KMS, the message does not say whether the context or the ciphertext was wrong. */
function invalidCiphertext(): ServiceError {
  return new ServiceError('InvalidCiphertextException', '');
}

/** Encodes an encryption context independently of the order of its pairs. */
function canonical(context: Context): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
}

async function readOrCreateKey(path: string): Promise<Buffer> {
  try {
    const file = await open(path, 'wx', 0o600);
    const material = randomBytes(KEY_BYTES);
    await file.writeFile(material);
    await file.close();
    return material;
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!exists) throw error;
    return readFile(path);
  }
}
