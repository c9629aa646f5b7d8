import { describe, expect, it } from 'vitest';
import { leavesHouse } from './leaves-house.ts';
import { baseUrl } from './provider-address.ts';

describe('what leaves the house', () => {
  const at = (url: string) => leavesHouse({ type: 'openai-compatible', url });

  it('stays with addresses of this machine and of the network at home', () => {
    for (const host of [
      'localhost',
      '127.0.0.1',
      '127.8.8.8',
      '0.0.0.0',
      '[::1]',
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.9',
      '169.254.1.1',
      '100.100.1.1',
      '[fd00::1]',
      '[fe80::1]',
      'nas',
      'box.local',
      'box.local.',
      'BOX.LOCAL',
      'pc.lan',
      'x.home.arpa',
    ]) {
      expect([host, at(`http://${host}:8080/v1`)]).toEqual([host, false]);
    }
  });

  it('leaves with every other', () => {
    for (const host of [
      'api.openai.com',
      '8.8.8.8',
      '172.32.0.1',
      '172.15.0.1',
      '11.0.0.1',
      '192.169.0.1',
      '100.128.0.1',
      '[2001:db8::1]',
      '[::ffff:8.8.8.8]',
      'local.example.com',
      'localhost.example.com',
      '127.0.0.1.example.com',
    ]) {
      expect([host, at(`https://${host}/v1`)]).toEqual([host, true]);
    }
    // other ways to write a number are the same address
    expect(at('http://2130706433/')).toBe(false);
    expect(at('http://0x08080808/')).toBe(true);
  });

  it('goes by the kind where there is no address, and by the person before all', () => {
    expect(leavesHouse({ type: 'local' })).toBe(false);
    expect(leavesHouse({ type: 'ollama' })).toBe(false);
    expect(leavesHouse({ type: 'openai' })).toBe(true);
    expect(leavesHouse({ type: 'openai-compatible' })).toBe(true);
    expect(leavesHouse({ type: 'openai-compatible', url: 'https://llm.example.org', leavesHouse: false })).toBe(false);
    expect(leavesHouse({ type: 'ollama', url: 'http://127.0.0.1', leavesHouse: true })).toBe(true);
  });
});

describe('the address of a provider', () => {
  it('is taken as people write it', () => {
    expect(baseUrl('openai-compatible', 'http://nas:8080')).toBe('http://nas:8080/v1');
    expect(baseUrl('openai-compatible', 'http://nas:8080/v1/')).toBe('http://nas:8080/v1');
    expect(baseUrl('openai-compatible', 'https://x.org/api/v3')).toBe('https://x.org/api/v3');
    expect(baseUrl('ollama', undefined)).toBe('http://127.0.0.1:11434/api');
    for (const path of ['', '/', '/api', '/v1/']) expect(baseUrl('ollama', `http://nas:11434${path}`)).toBe('http://nas:11434/api');
    expect(baseUrl('google', undefined)).toBe('https://generativelanguage.googleapis.com/v1beta');
    expect(baseUrl('openai-compatible', undefined)).toBeUndefined();
    expect(baseUrl('openai', 'file:///etc/passwd')).toBeUndefined();
  });
});
