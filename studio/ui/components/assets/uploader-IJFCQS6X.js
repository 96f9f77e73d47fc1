function l(n,e={},...t){let r=document.createElement(n);for(let[o,s]of Object.entries(e)){if(s===void 0||s===!1)continue;let i=s===!0&&!o.startsWith("aria-");r.setAttribute(o,i?"":String(s))}return r.append(...t),r}function m(n,e,t={}){let r=l("button",{type:"button",class:"button",...t},n);return r.addEventListener("click",e),r}function p(n,e){n.textContent!==e&&(n.textContent=e)}var Z=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function ee(n){return Z.format(n)}function w(n,e,t=`${e}s`){return`${ee(n)} ${n===1?e:t}`}function g(n){let e=["bytes","KB","MB","GB","TB"],t=n,r=0;for(;t>=1e3&&r<e.length-1;)t/=1e3,r+=1;return`${r===0||t>=100?Math.round(t):t.toFixed(1)} ${e[r]}`}function P(n){let e=Math.max(0,Math.round(n));if(e<60)return`${e} s`;let t=Math.floor(e/60);return t<10?`${t} min ${e%60} s`:t<60?`${t} min`:`${Math.floor(t/60)} h ${t%60} min`}var d=class extends Error{constructor(t,r,o,s){super(t);this.what=t;this.why=r;this.fix=o;this.status=s}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},$=new URL("../",import.meta.url),te=2e4,M="_streamlit_xsrf";function b(n,e={}){let t=new URL(n,$);for(let[r,o]of Object.entries(e))o!=null&&o!==""&&t.searchParams.set(r,String(o));return t.href}function C(){for(let n of document.cookie.split("; "))if(n.startsWith(`${M}=`))return n.slice(M.length+1);return""}async function S(){await fetch(new URL("../_stcore/health",$),{cache:"no-store"})}function z(n,e){try{let{error:t}=JSON.parse(e);if(t.what)return new d(t.what,t.why,t.fix,n)}catch{}return n>=500?new d(`The studio answered with status ${n}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",n):new d(`The studio answered with status ${n}.`,"The server did not say why.","Reload the page and try again.",n)}function x(){return new d("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function j(n,e,t){let r={};n!=="GET"&&(r["x-xsrftoken"]=C()),t.json!==void 0&&(r["content-type"]="application/json");let o=new AbortController,s=setTimeout(()=>o.abort(),te),i=()=>o.abort();t.signal?.addEventListener("abort",i),t.signal?.aborted&&o.abort();let a={method:n,headers:r,credentials:"same-origin",keepalive:t.keepalive??!1,signal:o.signal};t.json!==void 0?a.body=JSON.stringify(t.json):t.body&&(a.body=t.body);try{return await fetch(e,a)}catch(c){throw t.signal?.aborted?c:x()}finally{clearTimeout(s),t.signal?.removeEventListener("abort",i)}}async function R(n,e,t={}){let r=await j(n,e,t);if(r.status===403&&n!=="GET"&&(await S().catch(()=>{}),r=await j(n,e,t)),!r.ok)throw z(r.status,await r.text().catch(()=>""));return r}async function I(n,e,t={}){return await(await R("POST",n,{...t,json:e})).json().catch(()=>Promise.reject(x()))}function v(n){return n instanceof d?n:new d("The page could not finish this step.",n instanceof Error?n.message:String(n),"Reload the page; nothing that was saved is lost.",-1)}var q=`.studio {
  --ink: var(--st-text-color, #31333f);
  --paper: var(--st-background-color, #ffffff);
  --soft: var(--st-secondary-background-color, #f0f2f6);
  --line: var(--st-border-color, rgba(49, 51, 63, 0.2));
  --accent: var(--st-primary-color, #ff4b4b);
  --muted: color-mix(in srgb, var(--ink) 68%, var(--paper));
  --good: var(--st-green-text-color, #158237);
  --warn: var(--st-orange-text-color, #b35300);
  --bad: var(--st-red-text-color, #bd4043);
  --bad-soft: var(--st-red-background-color, rgba(255, 43, 43, 0.09));
  --radius: var(--st-base-radius, 0.5rem);
  box-sizing: border-box;
  width: 100%;
  min-width: 0;
  color: var(--ink);
  font-family: var(--st-font, "Source Sans", sans-serif);
  font-size: 0.95rem;
  line-height: 1.45;
  color-scheme: light;
  container-type: inline-size;
  -webkit-tap-highlight-color: transparent;
}
.studio[data-theme="dark"] {
  color-scheme: dark;
}
.studio *,
.studio *::before,
.studio *::after {
  box-sizing: border-box;
}
.studio p {
  margin: 0;
}
.studio :focus {
  outline: none;
}
.studio :focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}
.studio [hidden] {
  display: none !important;
}
.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: 0.4rem;
  min-height: 2.5rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: var(--st-button-radius, var(--radius));
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  cursor: pointer;
  touch-action: manipulation;
  transition:
    border-color 0.12s,
    background-color 0.12s,
    color 0.12s;
}
@media (hover: hover) {
  .button:hover:not(:disabled) {
    border-color: var(--accent);
    color: color-mix(in srgb, var(--accent) 80%, var(--ink));
  }
}
.button:active:not(:disabled) {
  background: var(--soft);
}
.button:disabled {
  opacity: 0.45;
  cursor: default;
}
.button.primary {
  border-color: var(--accent);
  background: var(--accent);
  color: var(--on-accent, #ffffff);
  font-weight: 600;
}
.button.primary:hover:not(:disabled) {
  background: color-mix(in srgb, var(--accent) 86%, black);
  color: var(--on-accent, #ffffff);
}
.button.quiet {
  border-color: transparent;
  background: transparent;
}
.button.quiet:hover:not(:disabled) {
  background: var(--soft);
}
.key {
  display: inline-block;
  min-width: 1.45em;
  padding: 0 0.3em;
  border: 1px solid var(--line);
  border-bottom-width: 2px;
  border-radius: 0.3rem;
  background: var(--paper);
  color: var(--muted);
  font-family: var(--st-code-font, monospace);
  font-size: 0.75em;
  line-height: 1.5;
  text-align: center;
}
.key.on-accent {
  border-color: currentColor;
  background: transparent;
  color: inherit;
  opacity: 0.85;
}
.field {
  min-width: 0;
  min-height: 2.4rem;
  padding: 0.35rem 0.6rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
  color: var(--ink);
  font: inherit;
}
textarea.field {
  width: 100%;
  resize: vertical;
}
.muted {
  color: var(--muted);
}
.small {
  font-size: 0.85rem;
}
.numbers {
  font-variant-numeric: tabular-nums;
}
.bar {
  position: relative;
  height: 0.5rem;
  overflow: hidden;
  border-radius: 1rem;
  background: color-mix(in srgb, var(--ink) 12%, transparent);
}
.bar > div {
  width: 100%;
  height: 100%;
  border-radius: inherit;
  background: var(--accent);
  transform: scaleX(0);
  transform-origin: left;
  transition: transform 0.25s ease-out;
}
.notice {
  padding: 0.75rem 1rem;
  border-left: 3px solid var(--bad);
  border-radius: var(--radius);
  background: var(--bad-soft);
  overflow-wrap: anywhere;
}
.notice-what {
  font-weight: 600;
}
.notice-fix {
  margin-top: 0.25rem !important;
}
.notice-actions {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
  margin-top: 0.6rem;
}
.empty {
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  gap: 0.25rem;
  min-height: 8rem;
  padding: 1.5rem 1rem;
  border: 1px dashed var(--line);
  border-radius: var(--radius);
  color: var(--muted);
  text-align: center;
}
.empty strong {
  color: var(--ink);
  font-weight: 600;
}
.status {
  display: inline-flex;
  align-items: center;
  gap: 0.4rem;
  color: var(--muted);
  font-size: 0.85rem;
}
.status::before {
  content: "";
  flex: none;
  width: 0.5rem;
  height: 0.5rem;
  border-radius: 50%;
  background: currentColor;
}
.status[data-state="saved"] {
  color: var(--good);
}
.status[data-state="offline"],
.status[data-state="refused"] {
  color: var(--warn);
  font-weight: 600;
}
.visually-hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@media (prefers-reduced-motion: reduce) {
  .studio * {
    transition: none !important;
    animation: none !important;
  }
}
@media (hover: none) {
  .button .key {
    display: none;
  }
}
`;function U(n,e){let t=document.createElement("span");t.style.color=e,n.append(t);let r=getComputedStyle(t).color;t.remove();let o=r.match(/[\d.]+/g)?.map(Number)??[],s=r.startsWith("color(")?255:1;return[(o[0]??0)*s,(o[1]??0)*s,(o[2]??0)*s]}function _([n,e,t]){let r=o=>{let s=o/255;return s<=.04045?s/12.92:((s+.055)/1.055)**2.4};return .2126*r(n)+.7152*r(e)+.0722*r(t)}function D(n){let e=_(U(n,"var(--st-background-color, #ffffff)"))<.4;n.dataset.theme=e?"dark":"light";let t=_(U(n,"var(--st-primary-color, #ff4b4b)"));n.style.setProperty("--on-accent",1.05/(t+.05)>=3?"#ffffff":"#111111")}var re=50;function F(n,e){let t=new WeakMap;return r=>{let o=r.parentElement,s=t.get(o);if(s)D(s.host),s.instance.update(r);else{let c=document.createElement("style");c.textContent=q+n;let u=document.createElement("div");u.className="studio",o.append(c,u),D(u),s={host:u,style:c,instance:e(u,r),turn:0},t.set(o,s)}let i=s,a=++i.turn;return()=>{setTimeout(()=>{i.turn!==a||i.host.isConnected||(i.instance.dispose(),i.host.remove(),i.style.remove(),t.delete(o))},re)}}}function oe(n,...e){let t=l("div",{class:"notice",role:"alert"},l("p",{class:"notice-what"},n.what),l("p",{},n.why),l("p",{class:"notice-fix"},n.fix));return e.length>0&&t.append(l("div",{class:"notice-actions"},...e.map(r=>m(r.label,()=>r.run())))),t}function h(n,e,...t){if(!e){n.firstElementChild&&n.replaceChildren();return}let r=[e.what,e.why,...t.map(o=>o.label)].join(`
`);n.firstElementChild&&n.dataset.content===r||(n.dataset.content=r,n.replaceChildren(oe(e,...t)))}var se=500,ie=8e3,f=class extends Error{};async function H(n,e){for(let t=0;;t+=1){if(e.cancelled())throw new f;try{let r=await n();return e.trouble(null),r}catch(r){if(e.cancelled())throw new f;let o=v(r);if(!o.passing)throw o;await e.examine?.(),e.trouble(o),await ae(Math.min(ie,se*2**t))}}}function ae(n){return new Promise(e=>setTimeout(e,n))}var O=[".png",".jpg",".jpeg",".gif",".bmp",".webp"],k={label:"Choose a zip",input:{accept:".zip,application/zip"}},le={label:"Choose pictures",input:{accept:"image/*",multiple:!0}},N={label:"Choose a folder",input:{webkitdirectory:!0,multiple:!0}},B="webkitdirectory"in HTMLInputElement.prototype;function y(n,e){return[{label:n,input:{...e&&{accept:e},multiple:!0}}]}var E={images:{endings:[".zip",...O],prompt:"Drop a zip or a folder of pictures here",nothing:"A zip or a folder of pictures is needed, such as PNG or JPEG.",fix:"Choose another zip or folder.",ways:[k,B?N:le]},annotated:{endings:[".zip",...O,".json",".txt",".yaml",".yml",".xml"],prompt:"Drop a zip or a folder with pictures and their annotations here",nothing:"Pictures are needed, together with their annotations (.json, .txt, .yaml or .xml), as a zip or a folder.",fix:"Choose another zip or folder.",ways:B?[k,N]:[k]},npy:{endings:[".npy"],prompt:"Drop .npy files here",nothing:"NumPy files are needed, with names that end in .npy.",fix:"Choose other files.",ways:y("Choose .npy files",".npy")},arrays:{endings:[".npy",".npz"],prompt:"Drop .npy or .npz files here",nothing:"NumPy files are needed, with names that end in .npy or .npz.",fix:"Choose other files.",ways:y("Choose .npy or .npz files",".npy,.npz")},idx:{endings:["-ubyte",".gz",".idx"],prompt:"Drop the IDX files of pictures and labels here",nothing:"IDX files are needed, as MNIST and its family come: train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz ...",fix:"Choose other files.",ways:y("Choose IDX files")},text:{endings:[".csv",".tsv",".jsonl"],prompt:"Drop a table of texts here: .csv, .tsv or .jsonl",nothing:"A table is needed, with a name that ends in .csv, .tsv or .jsonl.",fix:"Save the table as CSV, then choose that file.",ways:y("Choose a table",".csv,.tsv,.jsonl,text/csv")},table:{endings:[".csv",".tsv",".parquet"],prompt:"Drop a table here: .csv, .tsv or .parquet",nothing:"A table is needed, with a name that ends in .csv, .tsv or .parquet.",fix:"Save the table as CSV, then choose that file.",ways:[{label:"Choose a table",input:{accept:".csv,.tsv,.parquet,text/csv"}}]},strokes:{endings:[".ndjson",".ndjson.gz"],prompt:"Drop drawings as strokes here: .ndjson files",nothing:"Drawings are needed, in files that end in .ndjson or .ndjson.gz.",fix:"Choose other files.",ways:y("Choose .ndjson files",".ndjson,.gz")},model:{endings:[".zip"],prompt:"Drop the zip of a saved model here",nothing:"The zip of a saved model is needed.",fix:"Choose another zip.",ways:[k]},foreign:{endings:[".keras",".h5",".hdf5",".tflite",".onnx",".zip",".pt2"],prompt:"Drop a model of another program here: .keras, .h5, .tflite or .onnx",nothing:"A model is needed: .keras, .h5, .tflite or .onnx; or .zip (SavedModel) or .pt2 (PyTorch), where these are trusted.",fix:"Save the model in one of these formats, then choose that file.",ways:[{label:"Choose a model",input:{accept:".keras,.h5,.hdf5,.tflite,.onnx,.zip,.pt2"}}]},answers:{endings:[".json",".jsonl",".csv",".zip"],prompt:"Drop a file of answers here: .json, .jsonl, .csv or .zip",nothing:"A file of answers is needed, with a name that ends in .json, .jsonl, .csv or .zip.",fix:"Choose another file.",ways:[{label:"Choose a file",input:{accept:".json,.jsonl,.csv,.zip"}}]}};function W(n){let e=Array.from(n,t=>({file:t,name:t.webkitRelativePath||t.name}));return G(e.filter(({name:t})=>!X(t)))}async function K(n){let e=Array.from(n.items,o=>o.webkitGetAsEntry()),t=[],r=e.filter(o=>o!==null);for(;r.length>0;)r=(await Promise.all(r.filter(s=>!X(s.fullPath)).map(async s=>{if(s.isDirectory)return de(s);let i=await ce(s);return t.push({file:i,name:s.fullPath.replace(/^\/+/,"")}),[]}))).flat();return G(t.sort((o,s)=>o.name.localeCompare(s.name,"en")))}function X(n){return n.split("/").some(e=>e.startsWith(".")||e==="__MACOSX"||e==="Thumbs.db")}function V(n,e){let t=n.files.filter(({name:r})=>E[e].endings.some(o=>r.toLowerCase().endsWith(o)));return{...n,files:t}}function G(n){let[e]=n;if(!e)return{files:n,label:""};let[t]=e.name.split("/");if(e.name.includes("/")&&n.every(({name:o})=>o.startsWith(`${t}/`))){let o=`${t}/`.length;return{files:n.map(({file:i,name:a})=>({file:i,name:a.slice(o)})),label:t??""}}return{files:n,label:n.length===1?e.name:`${n.length} files`}}async function de(n){let e=n.createReader(),t=[];for(;;){let r=await new Promise((o,s)=>{e.readEntries(o,s)});if(r.length===0)return t;t.push(...r)}}function ce(n){return new Promise((e,t)=>n.file(e,t))}var J=`.uploader {
  display: grid;
  gap: 0.6rem;
  min-width: 0;
}
.uploader > div:empty {
  display: none;
}
.zone {
  display: grid;
  justify-items: center;
  gap: 0.9rem;
  padding: 1.75rem 1rem;
  border: 1.5px dashed var(--line);
  border-radius: var(--radius);
  background: var(--soft);
  text-align: center;
  transition:
    border-color 0.12s,
    background-color 0.12s;
}
.zone.over {
  border-color: var(--accent);
  background: color-mix(in srgb, var(--accent) 12%, var(--soft));
}
.prompt {
  font-size: 1.05rem;
}
@media (hover: none) {
  .prompt {
    display: none;
  }
}
.buttons {
  display: flex;
  flex-wrap: wrap;
  justify-content: center;
  gap: 0.5rem;
}
.buttons > span {
  position: relative;
}
.busy {
  display: grid;
  gap: 0.5rem;
  padding: 0.75rem 1rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
}
.busy-head,
.busy-foot {
  display: flex;
  align-items: center;
  justify-content: space-between;
  gap: 0.25rem 1rem;
}
.busy-foot {
  flex-wrap: wrap;
}
.label {
  min-width: 0;
  font-weight: 600;
  overflow-wrap: anywhere;
}
.busy-head .button {
  flex: none;
}
.busy.done .bar {
  display: none;
}
`;var pe=3,he=1e6,fe=4e6,me=1e3,Y=12,T=class{constructor(e,t){this.files=e;this.onProgress=t;this.queue=ge(e),this.total=e.reduce((r,{file:o})=>r+o.size,0)}files;onProgress;total;upload=null;trouble=null;queue;requests=new Map;finished=0;finishedFiles=0;cancelled=!1;get sent(){let e=this.finished;for(let t of this.requests.values())e+=t;return Math.min(this.total,e)}get filesLeft(){return this.files.length-this.finishedFiles}async run(){this.upload??=await this.persist(async()=>(await I(b("uploads"),{})).upload);let e=this.upload,t=Array.from({length:Math.min(pe,this.queue.length)},()=>this.work(e)),r=await Promise.allSettled(t);for(let o of r)if(o.status==="rejected")throw o.reason;return e}cancel(){this.cancelled=!0;for(let e of this.requests.keys())e.abort();this.upload&&L(this.upload)}async work(e){for(let t=this.queue.shift();t;t=this.queue.shift()){let{chosen:r,bytes:o}=t;try{await this.persist(()=>this.deliver(e,r,o),r)}catch(s){throw this.queue.unshift(t),s}this.finished+=o,this.finishedFiles+=r.length,this.onProgress()}}persist(e,t=[]){return H(e,{cancelled:()=>this.cancelled,trouble:r=>{this.trouble=r,r&&this.onProgress()},examine:()=>ye(t)})}async deliver(e,t,r){let[o]=t;if(!o)return;let s=t.length===1,i=s?"PUT":"POST",a=s?b(`uploads/${e}/files`,{name:o.name}):b(`uploads/${e}/batch`),c=s?o.file:be(t);try{await this.send(i,a,c,r)}catch(u){if(!(u instanceof d)||u.status!==403)throw u;await S(),await this.send(i,a,c,r)}}send(e,t,r,o){return new Promise((s,i)=>{let a=new XMLHttpRequest;this.requests.set(a,0),a.open(e,t),a.setRequestHeader("x-xsrftoken",C()),a.setRequestHeader("content-type","application/octet-stream"),a.upload.addEventListener("progress",c=>{this.requests.has(a)&&(this.requests.set(a,c.loaded/Math.max(1,c.total)*o),this.onProgress())}),a.addEventListener("loadend",()=>{this.requests.delete(a),a.status>=200&&a.status<300?s():a.status===0?i(x()):i(z(a.status,a.responseText))}),a.send(r)})}};function ge(n){let e=[],t={chosen:[],bytes:0},r=0;for(let o of n){let{file:s,name:i}=o;if(s.size>he){e.push({chosen:[o],bytes:s.size});continue}let a=Y+Q(i).length+s.size;(t.chosen.length===me||r+a>fe)&&(t={chosen:[],bytes:0},r=0),t.chosen.length===0&&e.push(t),t.chosen.push(o),t.bytes+=s.size,r+=a}return e}function be(n){let e=n.flatMap(({file:t,name:r})=>{let o=Q(r),s=new Uint8Array(Y+o.length),i=new DataView(s.buffer);return i.setUint32(0,o.length),s.set(o,4),i.setBigUint64(4+o.length,BigInt(t.size)),[s,t]});return new Blob(e)}var ve=new TextEncoder;function Q(n){return ve.encode(n)}function L(n){R("DELETE",b(`uploads/${n}`),{keepalive:!0}).catch(()=>{})}async function ye(n){for(let{file:e}of n)try{await e.slice(0,1).arrayBuffer()}catch{throw new d(`The file ${e.name} can no longer be read.`,"It was changed, moved or deleted since it was chosen.","Cancel, and choose the files again.",-1)}}var we=4e3,xe=100,A=class{args;transfer=null;choice={files:[],label:""};done=null;marks=[];painted=0;skipped=0;zone=l("div",{class:"zone"});prompt=l("p",{class:"prompt"});buttons=l("div",{class:"buttons"});busy=l("div",{class:"busy",hidden:!0});label=l("p",{class:"label"});figures=l("p",{class:"muted small numbers"});fill=l("div");bar=l("div",{class:"bar",role:"progressbar","aria-label":"Upload","aria-valuemin":0,"aria-valuemax":100},this.fill);status=l("span",{class:"status",role:"status"});stopButton=m("Cancel",()=>this.stop());place=l("div");onUnload=e=>{this.transfer&&e.preventDefault()};constructor(e,t){this.args=t,this.zone.append(this.prompt,this.buttons),this.busy.append(l("div",{class:"busy-head"},this.label,this.stopButton),this.bar,l("div",{class:"busy-foot"},this.figures,this.status));let r=l("div",{class:"uploader"},this.zone,this.busy,this.place);r.addEventListener("keydown",o=>o.stopPropagation()),r.addEventListener("dragover",o=>this.hover(o,!0)),r.addEventListener("dragleave",o=>this.hover(o,!1)),r.addEventListener("drop",o=>this.drop(o)),e.append(r),addEventListener("beforeunload",this.onUnload),this.offer(t.data.kind)}update(e){let t=e.data.kind!==this.args.data.kind;this.args=e,t&&this.offer(e.data.kind)}dispose(){removeEventListener("beforeunload",this.onUnload),this.transfer?.cancel()}offer(e){let{prompt:t,ways:r}=E[e];p(this.prompt,t),this.buttons.replaceChildren(...r.map(({label:o,input:s},i)=>this.chooser(o,s,i===0)))}chooser(e,t,r){let o=l("input",{type:"file",class:"visually-hidden",tabindex:-1,...t});o.setAttribute("aria-hidden","true"),o.addEventListener("change",()=>{o.files&&o.files.length>0&&this.begin(W(o.files)),o.value=""});let s=m(e,()=>o.click(),{class:r?"button primary":"button"});return l("span",{},s,o)}hover(e,t){e.preventDefault(),this.zone.classList.toggle("over",t&&!this.transfer)}drop(e){e.preventDefault(),e.stopPropagation(),this.zone.classList.remove("over"),!(!e.dataTransfer||this.transfer)&&K(e.dataTransfer).then(t=>this.begin(t),t=>h(this.place,v(t)))}begin(e){let{kind:t}=this.args.data,r=V(e,t);if(r.files.length===0){let o=e.label?`“${e.label}” holds nothing that fits here.`:"No file was chosen.",{nothing:s,fix:i}=E[t];h(this.place,new d(o,s,i,-1));return}this.done&&this.forgetDone(),this.choice=r,this.skipped=e.files.length-r.files.length,this.transfer=new T(r.files,()=>this.progress()),this.marks=[{at:performance.now(),sent:0}],this.go()}async go(){let{transfer:e,choice:t}=this;if(e){h(this.place,null),this.paint();try{let r=await e.run();this.transfer=null,this.done={upload:r,files:t.files.length,bytes:e.total,label:t.label},this.args.setStateValue("upload",this.done)}catch(r){if(r instanceof f)return;h(this.place,v(r),{label:"Try again",run:()=>{this.go()}},{label:"Cancel",run:()=>this.stop()})}this.paint()}}stop(){this.transfer?.cancel(),this.transfer=null,h(this.place,null),this.done&&(this.forgetDone(),this.args.setStateValue("upload",null)),this.paint(),this.buttons.querySelector("button")?.focus()}forgetDone(){this.done&&L(this.done.upload),this.done=null}progress(){let e=performance.now(),{transfer:t}=this;e-this.painted<xe&&t&&t.filesLeft>0&&!t.trouble||(this.painted=e,this.paint())}paint(){let{transfer:e,done:t}=this;if(this.zone.hidden=e!==null||t!==null,this.busy.hidden=!this.zone.hidden,this.busy.classList.toggle("done",t!==null),p(this.stopButton,t?"Remove":"Cancel"),t){p(this.label,t.label),this.share(1);let r=this.skipped>0?` · ${w(this.skipped,"other file")} left out`:"";p(this.figures,`${w(t.files,"file")} · ${g(t.bytes)}${r}`),this.say("saved","uploaded")}else e&&(p(this.label,this.choice.label),this.share(e.total>0?e.sent/e.total:0),p(this.figures,this.pace(e)),e.trouble?this.say("offline","connection lost, trying again"):this.say("saving","uploading…"))}share(e){this.fill.style.transform=`scaleX(${e})`,this.bar.setAttribute("aria-valuenow",String(Math.round(e*100)))}say(e,t){this.status.dataset.state=e,p(this.status,t)}pace(e){let t=performance.now();for(this.marks.push({at:t,sent:e.sent});this.marks.length>2&&t-(this.marks[0]?.at??t)>we;)this.marks.shift();let[r]=this.marks,o=r?t-r.at:0,s=r&&o>300?(e.sent-r.sent)/o*1e3:0,i=[`${g(e.sent)} of ${g(e.total)}`],{length:a}=this.choice.files;return a>1&&i.push(`${a-e.filesLeft} of ${w(a,"file")}`),s>0&&i.push(`${g(s)}/s`,`about ${P((e.total-e.sent)/s)} left`),i.join(" · ")}},Ke=F(J,(n,e)=>new A(n,e));export{Ke as default};
