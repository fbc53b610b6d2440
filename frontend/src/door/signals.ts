/** A short tone and a buzz, so that one need not look at the phone. */
let audio: AudioContext | undefined;

export function signal(good: boolean): void {
  navigator.vibrate?.(good ? 60 : [120, 60, 120]);
  try {
    audio ??= new AudioContext();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = good ? 880 : 220;
    volume.gain.value = 0.15;
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + (good ? 0.12 : 0.35));
  } catch {
    // A phone without sound checks in as well.
  }
}
