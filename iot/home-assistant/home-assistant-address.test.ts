import { describe, expect, it } from 'vitest';
import { homeAssistantAddress } from './home-assistant-address.ts';

describe('the address of a Home Assistant', () => {
  it.each([
    ['homeassistant.local', 'http://homeassistant.local:8123', 'ws://homeassistant.local:8123/api/websocket'],
    ['homeassistant', 'http://homeassistant:8123', 'ws://homeassistant:8123/api/websocket'],
    ['  192.168.1.20:8123 ', 'http://192.168.1.20:8123', 'ws://192.168.1.20:8123/api/websocket'],
    ['192.168.1.20:80', 'http://192.168.1.20', 'ws://192.168.1.20/api/websocket'],
    ['homeassistant.local/lovelace/0', 'http://homeassistant.local:8123', 'ws://homeassistant.local:8123/api/websocket'],
    ['http://homeassistant.local:8123/', 'http://homeassistant.local:8123', 'ws://homeassistant.local:8123/api/websocket'],
    ['HTTP://Home.Example:8123/lovelace/default_view?edit=1#x', 'http://home.example:8123', 'ws://home.example:8123/api/websocket'],
    ['https://home.example', 'https://home.example', 'wss://home.example/api/websocket'],
    ['http://home.example', 'http://home.example', 'ws://home.example/api/websocket'],
    ['home.example:443', 'https://home.example', 'wss://home.example/api/websocket'],
    ['wss://home.example/api/websocket', 'https://home.example', 'wss://home.example/api/websocket'],
    ['ws://10.0.0.2:8123/api/websocket', 'http://10.0.0.2:8123', 'ws://10.0.0.2:8123/api/websocket'],
    ['fd00::1', 'http://[fd00::1]:8123', 'ws://[fd00::1]:8123/api/websocket'],
    ['[fd00::1]:8124', 'http://[fd00::1]:8124', 'ws://[fd00::1]:8124/api/websocket'],
    ['abcdef.ui.nabu.casa', 'https://abcdef.ui.nabu.casa', 'wss://abcdef.ui.nabu.casa/api/websocket'],
    ['https://abcdef.ui.nabu.casa/', 'https://abcdef.ui.nabu.casa', 'wss://abcdef.ui.nabu.casa/api/websocket'],
    ['http://supervisor/core', 'http://supervisor/core', 'ws://supervisor/core/websocket'],
    ['http://supervisor/core/', 'http://supervisor/core', 'ws://supervisor/core/websocket'],
  ])('is found in %s', (typed, base, websocket) => {
    expect(homeAssistantAddress(typed)).toEqual({ base, websocket });
  });

  it.each([
    '',
    '   ',
    'my home',
    'mqtt://broker:1883',
    'file:///etc/passwd',
    'http://',
    'http://:8123',
    'home:port',
    'javascript:alert(1)',
    `http://${'x'.repeat(254)}`,
  ])('is not seen in %j', (typed) => {
    expect(() => homeAssistantAddress(typed)).toThrowError(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'home-refused' }) }),
    );
  });

  it('is not taken with a password in it, which the complaint does not repeat', () => {
    expect(() => homeAssistantAddress('http://me:geheim@home:8123')).toThrowError(/must not hold a name or a password/);
    expect(() => homeAssistantAddress('ftp://me:geheim@home')).toThrowError(/^(?!.*geheim)/);
  });
});
