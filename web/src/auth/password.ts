/** The user pool's rules for a password (deploy/stacks/identity/template.py), so that the form can tick them off while one types. */
export const RULES = {
  length: (password: string) => password.length >= 12,
  lower: (password: string) => /[a-z]/.test(password),
  upper: (password: string) => /[A-Z]/.test(password),
  digit: (password: string) => /[0-9]/.test(password),
  // Cognito's own list of symbols, and a space inside.
  symbol: (password: string) => /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]/.test(password) || /\S \S/.test(password),
} as const;

export type Rule = keyof typeof RULES;

export const RULE_NAMES = Object.keys(RULES) as Rule[];

export function strong(password: string): boolean {
  return RULE_NAMES.every((rule) => RULES[rule](password));
}
