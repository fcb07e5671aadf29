// Records what is said into a file, where the browser lets it.
import {useEffect, useRef, useState} from 'preact/hooks';
import {Note} from './parts';

const why = (error: unknown) => {
  const {name, message} = error as Error;
  if (name === 'NotAllowedError') return 'The browser was told not to let this page hear.';
  return name === 'NotFoundError' ? 'There is no microphone.' : `The microphone cannot be used: ${message}`;
};

export function Microphone({onFile}: {onFile: (file: File) => void}) {
  const [problem, setProblem] = useState('');
  const [recorder, setRecorder] = useState<MediaRecorder | null>(null);
  const current = useRef<MediaRecorder | null>(null);
  const gone = useRef(false);
  useEffect(() => () => {
    gone.current = true;
    current.current?.stream.getTracks().forEach((track) => track.stop());
  }, []);
  // Browsers have it for https and for this machine alone.
  if (!navigator.mediaDevices || typeof MediaRecorder === 'undefined') {
    return <p class="faint">To record here, the page must come over https or from localhost.</p>;
  }
  const record = async () => {
    setProblem('');
    try {
      const stream = await navigator.mediaDevices.getUserMedia({audio: true});
      const made = new MediaRecorder(stream);
      const parts: Blob[] = [];
      made.ondataavailable = (event) => void parts.push(event.data);
      made.onstop = () => {
        stream.getTracks().forEach((track) => track.stop());
        if (gone.current) return;
        setRecorder(null);
        const kind = made.mimeType.split(';')[0] || 'audio/webm';
        onFile(new File(parts, `recorded.${kind.split('/')[1]}`, {type: kind}));
      };
      current.current = made;
      if (gone.current) return stream.getTracks().forEach((track) => track.stop());
      made.start();
      setRecorder(made);
    } catch (error) {
      setProblem(why(error));
    }
  };
  return (
    <>
      <p class="buttons">
        {recorder
          ? <button type="button" class="main" onClick={() => recorder.stop()}>stop recording</button>
          : <button type="button" onClick={() => void record()}>record</button>}
        {recorder && <span class="is-bad" role="status"><span aria-hidden="true">●</span> records</span>}
      </p>
      {problem && <Note tone="bad">{problem}</Note>}
    </>
  );
}
