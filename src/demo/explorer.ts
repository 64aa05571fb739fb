/**
 * The pages of demonstration mode: choose who you are, then ask in the explorer (Altair, from its own package). They
 * hand out tokens to whoever asks, so they are served to this machine only; nothing in them asks anything from outside.
 */
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname, join, relative, sep } from 'node:path';
import type { Page, Pages } from '../http/contract.ts';
import { type DemoIdentity, demoIdentities, issueDemoToken } from './identities.ts';
import type { DemoIdentityProvider } from './identity-provider.ts';

/** Altair's module is CommonJS with types that fit neither of Node's module kinds; this is the part in use. */
type Altair = {
  getDistDirectory(): string;
  renderAltair(options: Record<string, unknown>): string;
  renderInitSnippet(options: Record<string, unknown>): string;
};

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/**
 * `style-src 'unsafe-inline'`: the editor in Altair writes its styles into the page. Scripts come from files only,
 * and nothing may be fetched, framed or sent anywhere but here, whatever Altair would like to look up.
 */
const explorerPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Reads which files Altair has (not the files themselves): only those are served, so no path leads elsewhere. */
export async function demoPages(provider: DemoIdentityProvider): Promise<Pages> {
  const altair = createRequire(import.meta.url)('altair-static') as Altair;
  const folder = altair.getDistDirectory();
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const isServed = entry.isFile() && !entry.name.endsWith('.html');
    if (isServed) files.set(relative(folder, file).split(sep).join('/'), file);
  }

  return async ({ path, query }) => {
    if (path === '/') return choosePage;
    if (path === '/demo/token') return await tokenPage(provider, query.get('identity'));
    const [, key = '', name] = /^\/explorer\/als\/([a-z-]+)\/(options\.js)?$/.exec(path) ?? [];
    const identity = demoIdentities.find((known) => known.key === key);
    if (identity !== undefined) {
      return name === undefined
        ? explorerPage(altair, identity)
        : await optionsScript(altair, provider, identity);
    }
    if (path === '/explorer' || path === '/explorer/') return redirect('/');
    const file = files.get(path.startsWith(assets) ? path.slice(assets.length) : '');
    if (file === undefined) return null;
    return {
      status: 200,
      headers: {
        'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
        'cache-control': 'private, max-age=3600',
        // Altair's workers are scripts of their own, with a policy of their own.
        'content-security-policy': explorerPolicy,
      },
      body: await readFile(file),
    };
  };
}

const assets = '/explorer/altair/';

async function tokenPage(provider: DemoIdentityProvider, key: string | null): Promise<Page> {
  const identity = demoIdentities.find((known) => known.key === key);
  const json = { 'content-type': 'application/json; charset=utf-8' };
  if (identity === undefined) {
    const identities = demoIdentities.map((known) => known.key);
    return {
      status: 404,
      headers: json,
      body: JSON.stringify({ title: 'no such identity', identities }),
    };
  }
  const { role, organisation } = identity;
  const token = await issueDemoToken(provider, identity);
  return { status: 200, headers: json, body: JSON.stringify({ token, role, organisation }) };
}

const explorerPage = (altair: Altair, { key }: DemoIdentity): Page =>
  html(
    altair
      .renderAltair({
        baseURL: assets,
        // A file of its own, so that the page needs no inline script.
        serveInitialOptionsInSeperateRequest: `/explorer/als/${key}/options.js`,
      })
      .replaceAll(' nonce=""', '')
      // Altair offers its own paid service in a banner that leads outside.
      .replace('</head>', '<style>app-banner-container { display: none }</style></head>'),
    explorerPolicy,
  );

/** Each identity has a storage of its own in the browser, and nothing is kept: a token is fresh with every visit. */
async function optionsScript(
  altair: Altair,
  provider: DemoIdentityProvider,
  identity: DemoIdentity,
): Promise<Page> {
  const body = altair.renderInitSnippet({
    endpointURL: '/graphql',
    initialName: identity.label,
    initialQuery: identity.query,
    initialHeaders: { Authorization: `Bearer ${await issueDemoToken(provider, identity)}` },
    initialSettings: { language: 'en-US', theme: 'light', 'schema.reloadOnStart': true },
    instanceStorageNamespace: `schakel_${identity.key.replaceAll('-', '_')}_`,
    preserveState: false,
    disableAccount: true,
  });
  return {
    status: 200,
    headers: { 'content-type': 'text/javascript; charset=utf-8' },
    body,
  };
}

const html = (body: string, policy: string): Page => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
  body,
});

const redirect = (location: string): Page => ({ status: 302, headers: { location }, body: '' });

const escaped = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    (character) =>
      ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character] ?? '&#39;',
  );

const choosePage: Page = html(
  `<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Schakel: kies wie u bent</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff; }
ul { list-style: none; padding: 0; }
li { border-top: 1px solid #767676; padding: 1rem 0; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; }
h2 { font-size: 1.1rem; margin: 0; }
li div { flex: 1 1 24rem; }
p { margin: .25rem 0; }
a { background: #154273; color: #fff; padding: .5rem 1rem; border-radius: .25rem; text-decoration: none; }
a:hover, a:focus-visible { background: #0b2540; outline: 3px solid #f9e11e; outline-offset: 2px; }
</style>
</head>
<body>
<main>
<h1>Kies wie u bent</h1>
<p>Dit is een demonstratie. Alle kinderen zijn verzonnen. De scholen en gemeenten bestaan echt.</p>
<p>U krijgt een scherm waarin u vragen stelt aan Schakel. Druk daar op <strong lang="en">Send Request</strong>. U ziet alleen wat bij uw rol hoort.</p>
<ul>
${demoIdentities
  .map(
    ({ key, label, description }) =>
      `<li><div><h2 id="${key}">${escaped(label)}</h2><p>${escaped(description)}</p></div><a href="/explorer/als/${key}/" aria-describedby="${key}">Kies deze rol</a></li>`,
  )
  .join('\n')}
</ul>
</main>
</body>
</html>
`,
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
