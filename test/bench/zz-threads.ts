import { readdirSync, readFileSync } from 'node:fs';
import { cases } from './cases.ts'; import { planOf } from './measure.ts'; import { createCapture } from '../../main/engine/capture/capture.ts'; import { tf } from '../../main/engine/device/tensorflow.ts';
const snap=()=>Object.fromEntries(readdirSync('/proc/self/task').map(t=>{const s=readFileSync(`/proc/self/task/${t}/schedstat`,'utf8').split(' ');const w=readFileSync(`/proc/self/task/${t}/wchan`,'utf8');return [t,[Number(s[0])/1e6,w]];}));
const one=cases[0]!; tf.randomNormal([4]).dataSync();
console.log('before', Object.entries(snap()).filter(([,v])=>v[0]>5));
const c=createCapture(planOf(one)); 
const run=(n:number)=>{for(let s=0;s<n;s++){c.begin(s,[16,16]); planOf; c.plan.forEach((p,i)=>{const a=tf.randomNormal([32,p.weight.activations.columns]),d=tf.randomNormal([32,p.weight.adjoints.columns]);c.layer(i,a,d,null,null);a.dispose();d.dispose();}); c.end(); c.drain();}};
run(300); const b=snap(); run(1000); const e=snap();
for(const t of Object.keys(e)) { const d=e[t]![0]-(b[t]?.[0]??0); if(d>1||e[t]![0]>20) console.log(t,'during',d.toFixed(1),'total',e[t]![0].toFixed(1),e[t]![1]); }
const q=snap(); await new Promise(r=>setTimeout(r,500)); const z=snap(); for(const t of Object.keys(z)) if(z[t]![0]-q[t]![0]>0.5) console.log('idle',t,(z[t]![0]-q[t]![0]).toFixed(1));
