import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { withAws } from './aws-settings.ts';

const startUrl = 'https://example.awsapps.com/start';

/** The settings of a profile with single sign-on. */
export const ssoProfile = `sso_start_url = ${startUrl}\nsso_region = eu-central-1\nsso_account_id = 123456789012\nsso_role_name = developer\n`;

/** A home directory with an AWS configuration, until the test ends. */
export async function anAwsHome(config: string, settings: Record<string, string> = {}) {
  const home = await mkdtemp(join(tmpdir(), 'bough-home-'));
  await mkdir(join(home, '.aws/sso/cache'), { recursive: true });
  await writeFile(join(home, 'config'), config);
  const env = withAws({
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    ...settings,
  });
  vi.stubEnv('HOME', home);
  return {
    /** The environment variables that select this configuration. */
    env,
    configFile: join(home, 'config'),
    /** The result of `aws sso login`. */
    async signIn(expiresAt: string) {
      const name = createHash('sha1').update(startUrl).digest('hex');
      const token = { accessToken: 'sso-token', expiresAt, region: 'eu-central-1', startUrl };
      await writeFile(join(home, '.aws/sso/cache', `${name}.json`), JSON.stringify(token));
    },
    saveCredentials: (text: string) => writeFile(join(home, 'credentials'), text),
  };
}
