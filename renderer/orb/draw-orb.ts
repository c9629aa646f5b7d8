import type { OrbLook } from './orb-look.ts';

export interface OrbMoment {
  look: OrbLook;
  /** s since the orb began. */
  time: number;
  /** Turns the rings have made. */
  turned: number;
  /** 0–1 */
  loudness: number;
  light: boolean;
}

const TURN = Math.PI * 2;
const RIM_POINTS = 120;
/** Radius of the resting ball, as a share of the canvas; the outermost marks stand at 1.98 of it. */
const UNIT = 0.235;

/** Draws the orb on a square canvas of `size` units, centred. */
export function drawOrb(canvas: CanvasRenderingContext2D, size: number, moment: OrbMoment): void {
  const { look, time, loudness, light } = moment;
  const ink = (alpha: number) => `rgb(${look.red} ${look.green} ${look.blue} / ${Math.max(0, Math.min(1, alpha))})`;
  const breath = 1 + look.breath * 0.035 * Math.sin(time * 1.7);
  const radius = size * UNIT * breath * (1 + look.response * loudness * 0.1);

  canvas.clearRect(0, 0, size, size);
  canvas.save();
  canvas.translate(size / 2, size / 2);
  canvas.globalCompositeOperation = light ? 'source-over' : 'lighter';
  drawGlow(canvas, size, radius, look.glow + look.response * loudness * 0.35, light, ink);
  drawCore(canvas, radius, time, light, ink);
  drawRim(canvas, radius, moment, ink);
  drawRings(canvas, size, moment, ink);
  if (look.bar > 0.01) drawBar(canvas, radius, look.bar, light, ink);
  canvas.restore();
}

type Ink = (alpha: number) => string;

function drawGlow(canvas: CanvasRenderingContext2D, size: number, radius: number, glow: number, light: boolean, ink: Ink): void {
  const strength = glow * (light ? 0.26 : 0.42);
  const gradient = canvas.createRadialGradient(0, 0, radius * 0.6, 0, 0, size * 0.5);
  gradient.addColorStop(0, ink(strength));
  gradient.addColorStop(0.35, ink(strength * 0.36));
  gradient.addColorStop(0.7, ink(strength * 0.08));
  gradient.addColorStop(1, ink(0));
  canvas.fillStyle = gradient;
  canvas.fillRect(-size / 2, -size / 2, size, size);
}

/** A ball of light with three clouds drifting inside. */
function drawCore(canvas: CanvasRenderingContext2D, radius: number, time: number, light: boolean, ink: Ink): void {
  canvas.save();
  canvas.beginPath();
  canvas.arc(0, 0, radius, 0, TURN);
  canvas.clip();
  const ball = canvas.createRadialGradient(-radius * 0.25, -radius * 0.3, radius * 0.05, 0, 0, radius);
  ball.addColorStop(0, ink(light ? 0.35 : 0.5));
  ball.addColorStop(0.55, ink(light ? 0.5 : 0.2));
  ball.addColorStop(0.9, ink(light ? 0.78 : 0.3));
  ball.addColorStop(1, ink(light ? 0.9 : 0.6));
  canvas.fillStyle = ball;
  canvas.fillRect(-radius, -radius, radius * 2, radius * 2);
  for (let cloud = 0; cloud < 3; cloud += 1) {
    const angle = time * (0.21 + cloud * 0.13) * (cloud === 1 ? -1 : 1) + cloud * 2.1;
    const x = Math.cos(angle) * radius * 0.38;
    const y = Math.sin(angle * 1.3) * radius * 0.34;
    const mist = canvas.createRadialGradient(x, y, 0, x, y, radius * 0.95);
    mist.addColorStop(0, light ? 'rgb(255 255 255 / 0.3)' : ink(0.26));
    mist.addColorStop(1, light ? 'rgb(255 255 255 / 0)' : ink(0));
    canvas.fillStyle = mist;
    canvas.fillRect(-radius, -radius, radius * 2, radius * 2);
  }
  const shine = canvas.createRadialGradient(-radius * 0.3, -radius * 0.42, 0, -radius * 0.3, -radius * 0.42, radius * 0.7);
  shine.addColorStop(0, `rgb(255 255 255 / ${light ? 0.5 : 0.28})`);
  shine.addColorStop(1, 'rgb(255 255 255 / 0)');
  canvas.fillStyle = shine;
  canvas.fillRect(-radius, -radius, radius * 2, radius * 2);
  canvas.restore();
}

/** Three waving lines around the ball; sound lifts them. */
function drawRim(canvas: CanvasRenderingContext2D, radius: number, { look, time, loudness }: OrbMoment, ink: Ink): void {
  const sound = look.response * loudness;
  for (let line = 0; line < 3; line += 1) {
    const height = radius * (look.ripple * 0.09 + sound * (0.34 - line * 0.08));
    const distance = radius * (1.1 + line * 0.035);
    canvas.beginPath();
    for (let point = 0; point <= RIM_POINTS; point += 1) {
      const angle = (point / RIM_POINTS) * TURN;
      const wave =
        Math.sin(angle * (3 + line) + time * (1.3 + line * 0.5)) * 0.5 +
        Math.sin(angle * (5 + line * 2) - time * (1.9 + line * 0.3)) * 0.32 +
        Math.sin(angle * 9 + time * 2.7 + line) * 0.18;
      const reach = distance + height * (wave * 0.75 + 0.35 * sound);
      const x = Math.cos(angle) * reach;
      const y = Math.sin(angle) * reach;
      if (point === 0) canvas.moveTo(x, y);
      else canvas.lineTo(x, y);
    }
    canvas.closePath();
    canvas.lineWidth = Math.max(1, radius * (0.02 - line * 0.004));
    canvas.strokeStyle = ink((0.75 - line * 0.22) * (0.55 + look.glow * 0.5));
    canvas.stroke();
  }
}

/** The instrument around it: broken arcs that turn against one another, and a ring of fine marks. */
function drawRings(canvas: CanvasRenderingContext2D, size: number, { look, turned }: OrbMoment, ink: Ink): void {
  const unit = size * UNIT;
  canvas.lineCap = 'round';
  const arcs = [
    { distance: 1.46, width: 0.014, pieces: 3, share: 0.62, speed: 1, alpha: 0.5 },
    { distance: 1.6, width: 0.03, pieces: 2, share: 0.2, speed: -1.7, alpha: 0.75 },
    { distance: 1.74, width: 0.01, pieces: 4, share: 0.8, speed: 0.5, alpha: 0.3 },
  ];
  for (const arc of arcs) {
    canvas.lineWidth = Math.max(1, unit * arc.width);
    canvas.strokeStyle = ink(arc.alpha * look.rings);
    for (let piece = 0; piece < arc.pieces; piece += 1) {
      const start = TURN * (turned * arc.speed + piece / arc.pieces) - Math.PI / 2;
      canvas.beginPath();
      canvas.arc(0, 0, unit * arc.distance, start, start + (TURN / arc.pieces) * arc.share * (0.55 + look.rings * 0.45));
      canvas.stroke();
    }
  }
  canvas.lineWidth = Math.max(1, unit * 0.012);
  const bright = turned * 2;
  for (let mark = 0; mark < 72; mark += 1) {
    const place = mark / 72;
    const angle = TURN * place - Math.PI / 2;
    const away = Math.abs(((((place - bright) % 1) + 1.5) % 1) - 0.5);
    const long = mark % 6 === 0 ? 1 : 0.5;
    canvas.strokeStyle = ink(look.rings * (0.12 + 0.1 * long + Math.max(0, 0.5 - away * 3)));
    canvas.beginPath();
    canvas.moveTo(Math.cos(angle) * unit * 1.9, Math.sin(angle) * unit * 1.9);
    canvas.lineTo(Math.cos(angle) * unit * (1.9 + 0.08 * long), Math.sin(angle) * unit * (1.9 + 0.08 * long));
    canvas.stroke();
  }
}

function drawBar(canvas: CanvasRenderingContext2D, radius: number, bar: number, light: boolean, ink: Ink): void {
  const reach = radius * 1.32 * bar;
  canvas.lineCap = 'round';
  canvas.lineWidth = radius * 0.1;
  canvas.strokeStyle = light ? ink(1) : ink(0.95);
  canvas.beginPath();
  canvas.moveTo(-reach * Math.SQRT1_2, reach * Math.SQRT1_2);
  canvas.lineTo(reach * Math.SQRT1_2, -reach * Math.SQRT1_2);
  canvas.stroke();
}
