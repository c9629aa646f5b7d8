// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { keyboardCommand } from './keyboard.ts';

function press(key: string, on = 'body', options: KeyboardEventInit = {}, type = 'keydown') {
  document.body.innerHTML = '<input id="text"><button id="button"><i></i></button><input id="slider" type="range">';
  const event = new KeyboardEvent(type, { key, bubbles: true, cancelable: true, ...options });
  document.querySelector(on)?.dispatchEvent(event);
  return keyboardCommand(event);
}

describe('the keyboard', () => {
  it('talks while the space bar is held, unless somebody writes or stands on a button', () => {
    expect(press(' ')).toBe('start-talking');
    expect(press(' ', 'body', {}, 'keyup')).toBe('stop-talking');
    expect(press(' ', 'body', { repeat: true })).toBeUndefined();
    expect(press(' ', '#text')).toBeUndefined();
    expect(press(' ', '#button i')).toBeUndefined();
    expect(press(' ', '#slider')).toBeUndefined();
  });

  it('mutes with M outside text, and leaves the browser its own shortcuts', () => {
    expect(press('m')).toBe('mute');
    expect(press('M', '#button')).toBe('mute');
    expect(press('m', '#text')).toBeUndefined();
    expect(press('m', 'body', { ctrlKey: true })).toBeUndefined();
  });

  it('stops with Escape from anywhere, and goes to the text field with /', () => {
    expect(press('Escape', '#text')).toBe('cancel');
    expect(press('/')).toBe('write');
    expect(press('/', '#text')).toBeUndefined();
  });

  it('undoes with Ctrl+Z, unless somebody writes: there it undoes what was written', () => {
    expect(press('z', 'body', { ctrlKey: true })).toBe('undo');
    expect(press('z', '#button', { metaKey: true })).toBe('undo');
    expect(press('z', '#slider', { ctrlKey: true })).toBe('undo');
    expect(press('z', '#text', { ctrlKey: true })).toBeUndefined();
    expect(press('Z', 'body', { ctrlKey: true, shiftKey: true })).toBe('redo');
    expect(press('Z', '#text', { ctrlKey: true, shiftKey: true })).toBeUndefined();
    expect(press('z', 'body', { ctrlKey: true, altKey: true })).toBeUndefined();
    expect(press('z', 'body', { ctrlKey: true }, 'keyup')).toBeUndefined();
    expect(press('z')).toBeUndefined();
  });

  it('stops everything with Ctrl+Shift+full stop from anywhere, on every layout', () => {
    for (const key of ['.', '>', ':']) expect(press(key, '#text', { ctrlKey: true, shiftKey: true })).toBe('stop-everything');
    expect(press('.', 'body', { ctrlKey: true })).toBeUndefined();
    expect(press('.', 'body', { ctrlKey: true, shiftKey: true }, 'keyup')).toBeUndefined();
    expect(press('.')).toBeUndefined();
  });
});
