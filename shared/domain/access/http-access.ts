/** Whether requests from an address or a network are let in. */
export interface AddressRule {
  permission: 'allow' | 'deny';
  /** An address as a block of one, such as `192.0.2.7/32`, or a CIDR block. */
  address: string;
}

/** The access control of an environment's site. */
export interface HttpAccess {
  is_enabled: boolean;
  /** The first rule that covers the visitor's address decides; an address without a rule is let in. */
  addresses: AddressRule[];
  /** The salted hash of the password of each user; see `HashPassword`. */
  basic_auth: Record<string, string>;
}

/** Hashes a user's password with a new salt: `<salt>.<hash>`. */
export type HashPassword = (user: string, password: string) => string;

/** Bounds of an environment's access control. */
export const accessLimits = {
  users: 20,
  /** Characters of a user name. */
  user: 32,
  /** Characters of a password. */
  password: 128,
  addresses: 60,
  /** Bytes of a published rule: the largest value of CloudFront's KeyValueStore. */
  rule: 1024,
};

/** The access control without a setting, which lets everyone in. */
export const openAccess: HttpAccess = { is_enabled: false, addresses: [], basic_auth: {} };
