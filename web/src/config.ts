/** What /config.json says: one build serves every environment. */
export interface Config {
  apiBase: string;
  region: string;
  userPoolId: string;
  clientId: string;
  /** Where Cognito answers when that is not AWS's own address: the embedded AWS. */
  cognitoEndpoint: string | null;
}

let current: Config | undefined;

export function setConfig(config: Config): void {
  current = config;
}

export function config(): Config {
  if (current === undefined) throw new Error("The configuration is asked for before /config.json was read.");
  return current;
}
