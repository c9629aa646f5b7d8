import { describe, expect, it } from 'vitest';
import { parseHomeAddress } from './home-address.ts';

describe('the address of a home', () => {
  it.each([
    ['http://homeassistant.local:8123', 'http://homeassistant.local:8123'],
    ['  homeassistant.local ', 'http://homeassistant.local:8123'],
    ['HTTPS://Home.Example.org/lovelace/0?kiosk', 'https://home.example.org'],
    ['http://[fd00::1]:8123/', 'http://[fd00::1]:8123'],
  ])('%s is a Home Assistant', (text, url) => {
    expect(parseHomeAddress(text)).toEqual({ type: 'home-assistant', url });
  });

  it.each([
    ['mqtt://broker', 'mqtt://broker'],
    ['mqtts://broker:8883/', 'mqtts://broker:8883'],
    ['ws://broker:9001/mqtt', 'ws://broker:9001/mqtt'],
  ])('%s is a broker', (text, url) => {
    expect(parseHomeAddress(text)).toEqual({ type: 'mqtt', url });
  });

  it.each(['', 'ftp://home', 'http://', 'http://a b', 'file:///etc/passwd', 'javascript:alert(1)', '://', 'mqtt://', 'mqtt://a b'])(
    '%j is refused in words',
    (text) => {
      expect(() => parseHomeAddress(text)).toThrow(/address/u);
    },
  );

  it.each(['mqtt://ada:secret@broker', 'http://ada:secret@ha:8123'])('%s is refused without repeating the password', (text) => {
    expect(() => parseHomeAddress(text)).toThrow(/^(?!.*secret).*(?:name and password|name or a password)/u);
  });
});
