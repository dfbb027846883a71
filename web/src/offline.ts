/** Registers the service worker (worker.js), which starts the page without a network. */

interface Policies {
  createPolicy(name: string, rules: { createScriptURL: () => string }): { createScriptURL(input: string): string };
}

const SCRIPT = "/sw.js";

export function startWorker(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  // The policy of the site (deploy/stacks/web/distribution.py) lets this one name make this one address.
  const { trustedTypes } = window as { trustedTypes?: Policies };
  const address = trustedTypes?.createPolicy("worker", { createScriptURL: () => SCRIPT }).createScriptURL(SCRIPT) ?? SCRIPT;
  navigator.serviceWorker.register(address).catch(() => undefined); // A browser that lets no page keep anything: online only.
}
