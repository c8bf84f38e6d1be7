import { expect, test } from 'vitest';
import { internetNames } from '../../infra/lab/targets/internet.ts';
import { answerInternet } from '../../infra/lab/targets/internet-answer.ts';

const names = internetNames('eu-west-1', ['Example.test']);
const PEER = '203.0.113.2';

test.each([
  ['dynamodb.eu-west-1.amazonaws.com', 'GET', '/ping', 200, 'healthy: dynamodb.eu-west-1.amazonaws.com ', 'the health page of the service'],
  [
    'DynamoDB.eu-west-1.amazonaws.com:443',
    'GET',
    '/ping?x=1',
    200,
    'healthy: dynamodb.eu-west-1.amazonaws.com ',
    'case, port and query do not matter',
  ],
  ['example.test', 'GET', '/ping', 200, 'healthy: example.test ', 'a name given at start'],
  ['checkip.amazonaws.com', 'GET', '/', 200, '203.0.113.2\n', 'the echo is address and line feed'],
  ['checkip.amazonaws.com', 'GET', '/ping', 404, 'not found\n', 'each name has its own page only'],
  ['dynamodb.us-east-1.amazonaws.com', 'GET', '/ping', 404, 'not found\n', 'another region is not served'],
  ['dynamodb.eu-west-1.amazonaws.com', 'POST', '/ping', 405, 'method not allowed\n', 'only reading'],
  [undefined, 'GET', '/ping', 404, 'not found\n', 'no host at all'],
])('%s %s %s → %i %j: %s', (host, method, path, status, body, _why) => {
  expect(answerInternet(names, { host, method, path, peer: PEER })).toEqual({ status, body });
});

test('an IPv4 peer in IPv6 notation is echoed as IPv4', () => {
  const request = { host: 'checkip.amazonaws.com', method: 'GET', path: '/', peer: '::ffff:203.0.113.9' };
  expect(answerInternet(names, request).body).toBe('203.0.113.9\n');
});
