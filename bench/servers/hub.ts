/** The hub with everything on: its HTTP edge, tokens, policy, row-level security, and the access log unless it is left out to see what it costs. */
import { openRevocations } from '../../src/auth/revocation.ts';
import { createTokenVerifier, localJwks } from '../../src/auth/token.ts';
import {
  demoAudience,
  demoIssuer,
  openDemoIdentityProvider,
} from '../../src/demo/identity-provider.ts';
import { startHttp } from '../../src/http/server.ts';
import { purposesOf } from '../../src/policy/policy.ts';
import { openAnswer } from '../hub-answer.ts';
import { serve } from '../serve.ts';

serve(async (options) => {
  const { answer, log } = await openAnswer(options);
  const identities = await openDemoIdentityProvider(options.dataDir);
  const { isRevoked } = await openRevocations(null, log);
  const { port } = await startHttp({
    host: '127.0.0.1',
    port: 0,
    verify: createTokenVerifier({
      issuer: demoIssuer,
      audience: demoAudience,
      jwks: localJwks(identities.jwks()),
      purposesOf,
      isRevoked,
    }),
    graphql: answer.graphql,
    deliver: async () => ({ status: 404, body: {} }),
    health: { live: () => true, ready: async () => ({ ready: true, checks: {} }) },
    log,
  });
  return port;
});
