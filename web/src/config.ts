/** What /config.json says: one build serves every environment. */
export interface Config {
  apiBase: string;
  region: string;
  userPoolId: string;
  clientId: string;
  /** The URL of Cognito where that is not AWS: the embedded AWS. */
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
