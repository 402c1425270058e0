PRAGMA application_id = 1396787009;
PRAGMA user_version = 0;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE definitions (
	namespace TEXT NOT NULL, 
	name TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	content_hash TEXT NOT NULL, 
	document TEXT NOT NULL, 
	facts TEXT NOT NULL, 
	create_time INTEGER NOT NULL, 
	deprecate_time INTEGER, 
	CONSTRAINT definitions_pk PRIMARY KEY (namespace, name, version)
)
 STRICT

;
INSERT INTO "definitions" VALUES('default','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"abc","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"p"},{"action":"act","id":"c","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','diamond',1,'42b0b5421710644539bb607acd97781f1cf639e46d299f75f4c16b97c98605d2','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"diamond","output":{"n":"${steps.d.output.n}","who":"${input.who}"},"retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"p"},{"action":"act","after":["a"],"id":"c","participant":"p"},{"action":"act","after":["b","c"],"id":"d","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"pivoted","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","kind":"STEP_KIND_PIVOT","participant":"p"},{"action":"act","id":"c","kind":"STEP_KIND_RETRYABLE","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','quick',1,'1dd59dc527af777a068861788d540e06389353e9c6efcf15e44365430c545d0c','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"quick","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"p"}],"timeout":"10s","version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','impatient',1,'9edcd0b4257574464086d79caf903635f38e2ef83febd55e00f789fc3ebd9a13','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"impatient","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"p","pending_poll_interval":"10s","pending_timeout":"30s"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','forgetful',1,'3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"forgetful","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"forgetful"}],"version":1}','{"forgetful":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":false}},"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','unresolved',1,'1ca717dc89f3875fc8cc4e19926aae40b335402061cd6bc47616b073ac51c4d9','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"unresolved","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","input":{"x":"${steps.a.output.missing}"},"participant":"p"},{"action":"act","after":["a"],"id":"c","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"elsewhere","retry":{"initial_backoff":"1s","max_attempts":99,"max_backoff":"1s"},"steps":[{"action":"act","id":"far","participant":"q"}],"version":1}','{"q":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','mute',1,'099f0c5ee322c53f1bd3fc73dee336d59fdf042d5c7301ca424efc5915189aec','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"mute","output":{"x":"${steps.a.output.missing}"},"retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
CREATE TABLE events (
	uid BLOB NOT NULL, 
	sequence INTEGER NOT NULL, 
	append_id BLOB, 
	type TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	time INTEGER NOT NULL, 
	data TEXT NOT NULL, 
	CONSTRAINT events_pk PRIMARY KEY (uid, sequence), 
	CONSTRAINT events_saga FOREIGN KEY(uid) REFERENCES sagas (uid)
)
 STRICT

;
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',1,X'D1C427103C344C4189EB2F1E7BD5D47E','SagaStarted',2,1800000000000000,'{"definition_name":"diamond","definition_version":1,"definition_hash":"42b0b5421710644539bb607acd97781f1cf639e46d299f75f4c16b97c98605d2","input":{"json":"{\"who\": \"Zo\\u00eb\"}"},"timeout_time":1800086400000000,"labels":{"shop":"north"},"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","trace_origin":"b7ad6b7169203330"}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',2,NULL,'StepIntended',1,1800000000000000,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',3,X'96762E6116C6E9C92D99BF358C2E0718','StepCompleted',1,1800000000000000,'{"step_id":"a","output":{"binary":"AP8=","content_type":"image/png","metadata":{"colour":"none"}},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',4,NULL,'StepIntended',1,1800000000000000,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',5,NULL,'StepIntended',1,1800000000000000,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',6,X'8D82CA6386D2C96E760E819B85C924C3','StepCompleted',1,1800000000000000,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',7,X'433D2E44FED8B6B8357E44CD3129903A','StepCompleted',1,1800000000000000,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',8,NULL,'StepIntended',1,1800000000000000,'{"step_id":"d","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',9,X'93114351DCBED407E3E6B605B99E8306','StepCompleted',1,1800000000000000,'{"step_id":"d","output":{"json":"{\"n\": 7}"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',10,NULL,'SagaCompleted',1,1800000000000000,'{"output":{"json":"{\"n\":7,\"who\":\"Zoë\"}"}}');
INSERT INTO "events" VALUES(X'01A3185C50007198B06C144A025B413F',1,X'CF999661F967BDAFDF0E7337420C13F8','SagaStarted',2,1800000000000001,'{"definition_name":"mute","definition_version":1,"definition_hash":"099f0c5ee322c53f1bd3fc73dee336d59fdf042d5c7301ca424efc5915189aec","input":{"json":"{}"},"timeout_time":1800086400000001}');
INSERT INTO "events" VALUES(X'01A3185C50007198B06C144A025B413F',2,NULL,'StepIntended',1,1800000000000001,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C50007198B06C144A025B413F',3,X'FDC8C0388FE881C3A0661970EF3F6DF0','StepCompleted',1,1800000000000001,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C50007198B06C144A025B413F',4,NULL,'SagaCompleted',1,1800000000000001,'{"failure":{"reason":"OUTPUT_UNRESOLVED","message":"the output does not resolve: x, column 1: null has no ''missing''"}}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',1,X'3DF245ADA90802389A78CDC29492A875','SagaStarted',2,1800000000000002,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086400000002}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',2,NULL,'StepIntended',1,1800000000000002,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',3,X'BAC48A6A9E826BD6F0A890EA47CA738E','StepCompleted',1,1800000000000002,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',4,NULL,'StepIntended',1,1800000000000002,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',5,X'9A451DA1305317FEED6740B9BD7425DC','ExecuteAttemptFailed',1,1800000000000002,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000000100002}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',6,X'4E0F27F9F7A910B6B6683480FC91BAEF','ExecuteAttemptFailed',1,1800000000100002,'{"step_id":"b","attempt":2,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":1800000000995577}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',7,X'F5FD99301D8FA94D13ABBE48A1AE6B96','StepCompleted',1,1800000000995577,'{"step_id":"b","output":{},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',8,NULL,'StepIntended',1,1800000000995577,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',9,X'A5B4DFF0C5475A81BCD2B26419DAC896','StepCompleted',1,1800000000995577,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',10,NULL,'SagaCompleted',1,1800000000995577,'{}');
INSERT INTO "events" VALUES(X'01A3185C53E37E65BE2434E37AF027BC',1,X'58AF22CCBD6C7F67757B106AAFA12CAA','SagaStarted',2,1800000000995578,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086400995578}');
INSERT INTO "events" VALUES(X'01A3185C53E37E65BE2434E37AF027BC',2,NULL,'StepIntended',1,1800000000995578,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C53E37E65BE2434E37AF027BC',3,X'A77AFAB3D84B9DC66B1AABAC50B0FBBC','StepCompleted',1,1800000000995578,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C53E37E65BE2434E37AF027BC',4,NULL,'StepIntended',1,1800000000995578,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C53E37E65BE2434E37AF027BC',5,X'153D28821562A11BE30348C7A421E829','ExecuteAttemptFailed',1,1800000000995578,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000001434539}');
INSERT INTO "events" VALUES(X'01A3185C53E37E65BE2434E37AF027BC',6,X'86399207685D2578ACFB210BD6C8FB4E','ExecuteAttemptFailed',1,1800000001434539,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000001924232}');
INSERT INTO "events" VALUES(X'01A3185C53E37E65BE2434E37AF027BC',7,X'E3F2C264D806ACA54E019C2BF0FE282B','StepCompleted',1,1800000001924232,'{"step_id":"b","output":{},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C53E37E65BE2434E37AF027BC',8,NULL,'StepIntended',1,1800000001924232,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C53E37E65BE2434E37AF027BC',9,X'3D0141C5318113336B5E248ACEC88AEB','ExecuteAttemptFailed',1,1800000001924232,'{"step_id":"c","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000002906308}');
INSERT INTO "events" VALUES(X'01A3185C53E37E65BE2434E37AF027BC',10,X'11E7D4F31834F3D84E5CEA93FA2C705A','StepCompleted',1,1800000002906308,'{"step_id":"c","output":{},"attempt":2}');
INSERT INTO "events" VALUES(X'01A3185C53E37E65BE2434E37AF027BC',11,NULL,'SagaCompleted',1,1800000002906308,'{}');
INSERT INTO "events" VALUES(X'01A3185C5B5A7C49A8C24D4244EF7FEB',1,X'CBCEE39B859205F57FF8B9BA41277601','SagaStarted',2,1800000002906309,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086402906309}');
INSERT INTO "events" VALUES(X'01A3185C5B5A7C49A8C24D4244EF7FEB',2,NULL,'StepIntended',1,1800000002906309,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C5B5A7C49A8C24D4244EF7FEB',3,X'37B363F437AADCE2A7DC3EF0B7A191BD','StepCompleted',1,1800000002906309,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C5B5A7C49A8C24D4244EF7FEB',4,NULL,'StepIntended',1,1800000002906309,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C5B5A7C49A8C24D4244EF7FEB',5,X'698003C72C26B58F90AE9A345B47146D','ExecuteAttemptFailed',1,1800000002906309,'{"step_id":"b","attempt":1,"failure":{"code":"ABORTED","reason":"IN_PROGRESS","message":"a test said ABORTED"},"retry_time":1800000003035558,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C5B5A7C49A8C24D4244EF7FEB',6,X'963CED8D08AD2833F442E6F0535C3581','ExecuteAttemptFailed',1,1800000003035558,'{"step_id":"b","attempt":2,"failure":{"code":"ABORTED","reason":"IN_PROGRESS"},"retry_time":1800000003400294,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C5B5A7C49A8C24D4244EF7FEB',7,X'A8DB670002BFD989BE9E448A29019D9F','ExecuteAttemptFailed',1,1800000003400294,'{"step_id":"b","attempt":3,"failure":{"code":"ABORTED","reason":"IN_PROGRESS"},"retry_time":1800000003814718,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C5B5A7C49A8C24D4244EF7FEB',8,X'0444F8CD2C65C73A1FAEA7A29BB75D2D','ExecuteAttemptFailed',1,1800000003814718,'{"step_id":"b","attempt":4,"failure":{"code":"ABORTED","reason":"IN_PROGRESS"},"retry_time":1800000004414573,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C5B5A7C49A8C24D4244EF7FEB',9,X'D33E108DEE950ECCE317EDD9150A02D1','ExecuteAttemptFailed',1,1800000004414573,'{"step_id":"b","attempt":5,"failure":{"code":"ABORTED","reason":"IN_PROGRESS"},"retry_time":1800000004506174,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C5B5A7C49A8C24D4244EF7FEB',10,X'263D091212D54E15B55D3ADE56D64504','StepCompleted',1,1800000004506174,'{"step_id":"b","output":{},"attempt":6}');
INSERT INTO "events" VALUES(X'01A3185C5B5A7C49A8C24D4244EF7FEB',11,NULL,'StepIntended',1,1800000004506174,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C5B5A7C49A8C24D4244EF7FEB',12,X'6A81FC47031DE33F76B4C5444E72071C','StepCompleted',1,1800000004506174,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C5B5A7C49A8C24D4244EF7FEB',13,NULL,'SagaCompleted',1,1800000004506174,'{}');
INSERT INTO "events" VALUES(X'01A3185C619A7A50982C18C92F429CE5',1,X'88C2CB119A55DF2AEB37DD28EFD75541','SagaStarted',2,1800000004506175,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086404506175}');
INSERT INTO "events" VALUES(X'01A3185C619A7A50982C18C92F429CE5',2,NULL,'StepIntended',1,1800000004506175,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C619A7A50982C18C92F429CE5',3,X'7DB8DD45639EF0A5FEC12AB6EFE0634B','StepCompleted',1,1800000004506175,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C619A7A50982C18C92F429CE5',4,NULL,'StepIntended',1,1800000004506175,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C619A7A50982C18C92F429CE5',5,X'AB0E49793F993B1D63EA0C061A8EDF4F','StepCompleted',1,1800000004506175,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C619A7A50982C18C92F429CE5',6,NULL,'StepIntended',1,1800000004506175,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C619A7A50982C18C92F429CE5',7,X'0C58233021DE274273CED71B0AA2E240','StepRejected',1,1800000004506175,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C619A7A50982C18C92F429CE5',8,NULL,'CompensationStarted',1,1800000004506175,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185C619A7A50982C18C92F429CE5',9,NULL,'CompensationIntended',1,1800000004506175,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C619A7A50982C18C92F429CE5',10,X'A7FC8635B82B2FF716CA0B9B48FA806E','StepCompensated',1,1800000004506175,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C619A7A50982C18C92F429CE5',11,NULL,'CompensationIntended',1,1800000004506175,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C619A7A50982C18C92F429CE5',12,X'F5C49204CD75B66554847E25BB200B09','StepCompensated',1,1800000004506175,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C619A7A50982C18C92F429CE5',13,NULL,'SagaCompensated',1,1800000004506175,'{}');
INSERT INTO "events" VALUES(X'01A3185C619A7461B21754EF2904ACEC',1,X'A77C9D81DEED9CAD43EB396DCD99718B','SagaStarted',2,1800000004506176,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086404506176}');
INSERT INTO "events" VALUES(X'01A3185C619A7461B21754EF2904ACEC',2,NULL,'StepIntended',1,1800000004506176,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C619A7461B21754EF2904ACEC',3,X'40437AA106553DCCFFDAEEB1A7DD3F84','StepCompleted',1,1800000004506176,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C619A7461B21754EF2904ACEC',4,NULL,'StepIntended',1,1800000004506176,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C619A7461B21754EF2904ACEC',5,X'24F9DB073D091865576AC6AC0CA46A93','StepFailed',1,1800000004506176,'{"step_id":"b","kind":"PERMANENT","failure":{"code":"INVALID_ARGUMENT","reason":"FIELD_INVALID","message":"a test said INVALID_ARGUMENT"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C619A7461B21754EF2904ACEC',6,NULL,'CompensationStarted',1,1800000004506176,'{"cause":"FAILED","failure":{"code":"INVALID_ARGUMENT","reason":"FIELD_INVALID","message":"a test said INVALID_ARGUMENT"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185C619A7461B21754EF2904ACEC',7,NULL,'CompensationIntended',1,1800000004506176,'{"step_id":"b","outcome":"UNKNOWN"}');
INSERT INTO "events" VALUES(X'01A3185C619A7461B21754EF2904ACEC',8,X'CDF4216D898A0C0FE89AC9BC9570714C','StepCompensated',1,1800000004506176,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C619A7461B21754EF2904ACEC',9,NULL,'CompensationIntended',1,1800000004506176,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C619A7461B21754EF2904ACEC',10,X'030A250C945A6F4E00281B12B099C7DB','StepCompensated',1,1800000004506176,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C619A7461B21754EF2904ACEC',11,NULL,'SagaCompensated',1,1800000004506176,'{}');
INSERT INTO "events" VALUES(X'01A3185C619A7C41B07534FEEACC110E',1,X'E96F6CBE90478028EF438A6A97F49F90','SagaStarted',2,1800000004506177,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086404506177}');
INSERT INTO "events" VALUES(X'01A3185C619A7C41B07534FEEACC110E',2,NULL,'StepIntended',1,1800000004506177,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C619A7C41B07534FEEACC110E',3,X'EFA7F3E0971DBCD9D2E5B409D6823097','StepCompleted',1,1800000004506177,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C619A7C41B07534FEEACC110E',4,NULL,'StepIntended',1,1800000004506177,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C619A7C41B07534FEEACC110E',5,X'5CE8FD91D86DFA75468BE82BCC1DF2D3','ExecuteAttemptFailed',1,1800000004506177,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000005468378}');
INSERT INTO "events" VALUES(X'01A3185C619A7C41B07534FEEACC110E',6,X'C88C45820E949409D090C2603DE74D33','ExecuteAttemptFailed',1,1800000005468378,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000006172401}');
INSERT INTO "events" VALUES(X'01A3185C619A7C41B07534FEEACC110E',7,X'BFD1D56ECC9966977EC2B131EDB20A7E','StepFailed',1,1800000006172401,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C619A7C41B07534FEEACC110E',8,NULL,'CompensationStarted',1,1800000006172401,'{"cause":"ATTEMPTS_EXHAUSTED","failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185C619A7C41B07534FEEACC110E',9,NULL,'CompensationIntended',1,1800000006172401,'{"step_id":"b","outcome":"UNKNOWN"}');
INSERT INTO "events" VALUES(X'01A3185C619A7C41B07534FEEACC110E',10,X'226BCB4B302E0D8141E3F27F753B6704','StepCompensated',1,1800000006172401,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C619A7C41B07534FEEACC110E',11,NULL,'CompensationIntended',1,1800000006172401,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C619A7C41B07534FEEACC110E',12,X'B55051E681AA0648E4BDA104BCE02E28','StepCompensated',1,1800000006172401,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C619A7C41B07534FEEACC110E',13,NULL,'SagaCompensated',1,1800000006172401,'{}');
INSERT INTO "events" VALUES(X'01A3185C681C7CAF8FA6CF3E53E6D093',1,X'C8153790460D5FC8B1BD9822ECF8CE56','SagaStarted',2,1800000006172402,'{"definition_name":"unresolved","definition_version":1,"definition_hash":"1ca717dc89f3875fc8cc4e19926aae40b335402061cd6bc47616b073ac51c4d9","input":{"json":"{}"},"timeout_time":1800086406172402}');
INSERT INTO "events" VALUES(X'01A3185C681C7CAF8FA6CF3E53E6D093',2,NULL,'StepIntended',1,1800000006172402,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C681C7CAF8FA6CF3E53E6D093',3,X'3E01AE18D69373D6C275156185D6A3EE','StepCompleted',1,1800000006172402,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C681C7CAF8FA6CF3E53E6D093',4,NULL,'StepBlocked',1,1800000006172402,'{"step_id":"b","failure":{"reason":"INPUT_UNRESOLVED","message":"the input of step ''b'' does not resolve: x, column 1: null has no ''missing''"}}');
INSERT INTO "events" VALUES(X'01A3185C681C7CAF8FA6CF3E53E6D093',5,NULL,'StepIntended',1,1800000006172402,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C681C7CAF8FA6CF3E53E6D093',6,NULL,'CompensationStarted',1,1800000006172402,'{"cause":"FAILED","failure":{"reason":"INPUT_UNRESOLVED","message":"the input of step ''b'' does not resolve: x, column 1: null has no ''missing''"},"step_id":"b","struck":["c"]}');
INSERT INTO "events" VALUES(X'01A3185C681C7CAF8FA6CF3E53E6D093',7,NULL,'CompensationIntended',1,1800000006172402,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C681C7CAF8FA6CF3E53E6D093',8,X'390873D6F673E6AF8ADAC988B71B087C','StepCompensated',1,1800000006172402,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C681C7CAF8FA6CF3E53E6D093',9,NULL,'SagaCompensated',1,1800000006172402,'{}');
INSERT INTO "events" VALUES(X'01A3185C681C70B8BC11654988534206',1,X'3516B8B935AF570A9D9AAD152B670D22','SagaStarted',2,1800000006172403,'{"definition_name":"forgetful","definition_version":1,"definition_hash":"3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e","input":{"json":"{}"},"timeout_time":1800086406172403}');
INSERT INTO "events" VALUES(X'01A3185C681C70B8BC11654988534206',2,NULL,'StepIntended',1,1800000006172403,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C681C70B8BC11654988534206',3,X'6B158536A24C9C44357055C2DD400D55','StepCompleted',1,1800000006172403,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C681C70B8BC11654988534206',4,NULL,'StepIntended',1,1800000006172403,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C681C70B8BC11654988534206',5,X'6C533C5E39FABE56EEEE1C578865291D','ExecuteAttemptFailed',1,1800000006172403,'{"step_id":"b","attempt":1,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":1800000007013535}');
INSERT INTO "events" VALUES(X'01A3185C681C70B8BC11654988534206',6,X'407E4DF4025C11B754CE23E3D386217D','StepFailed',1,1800000007013535,'{"step_id":"b","kind":"REJECTED_UNCONFIRMED","failure":{"reason":"REFUSED","message":"no"},"attempt":2}');
INSERT INTO "events" VALUES(X'01A3185C681C70B8BC11654988534206',7,NULL,'CompensationStarted',1,1800000007013535,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185C681C70B8BC11654988534206',8,NULL,'CompensationIntended',1,1800000007013535,'{"step_id":"b","outcome":"UNKNOWN"}');
INSERT INTO "events" VALUES(X'01A3185C681C70B8BC11654988534206',9,X'2FC4B11AA9181B5248EF040A06DE1668','StepCompensated',1,1800000007013535,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C681C70B8BC11654988534206',10,NULL,'CompensationIntended',1,1800000007013535,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C681C70B8BC11654988534206',11,X'EFFFC1C91A50B725AFF718D470210120','StepCompensated',1,1800000007013535,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C681C70B8BC11654988534206',12,NULL,'SagaCompensated',1,1800000007013535,'{}');
INSERT INTO "events" VALUES(X'01A3185C6B65782A96605D959D7CD4F6',1,X'A32D19ED9434C76010719F13E6BC1E92','SagaStarted',2,1800000007013536,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086407013536}');
INSERT INTO "events" VALUES(X'01A3185C6B65782A96605D959D7CD4F6',2,NULL,'StepIntended',1,1800000007013536,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6B65782A96605D959D7CD4F6',3,X'B168C6F3300048448B8C695D506109E4','StepCompleted',1,1800000007013536,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6B65782A96605D959D7CD4F6',4,NULL,'StepIntended',1,1800000007013536,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6B65782A96605D959D7CD4F6',5,X'FFD1431DB75D3075730692E52773F546','StepCompleted',1,1800000007013536,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6B65782A96605D959D7CD4F6',6,NULL,'StepIntended',1,1800000007013536,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6B65782A96605D959D7CD4F6',7,X'5C7BB54B28732B0345EE199DEA18A0AB','StepRejected',1,1800000007013536,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6B65782A96605D959D7CD4F6',8,NULL,'CompensationStarted',1,1800000007013536,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185C6B65782A96605D959D7CD4F6',9,NULL,'CompensationIntended',1,1800000007013536,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C6B65782A96605D959D7CD4F6',10,X'61997CD3F14B93E2687535CA80FB3E0A','CompensateAttemptFailed',1,1800000007013536,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000007427070}');
INSERT INTO "events" VALUES(X'01A3185C6B65782A96605D959D7CD4F6',11,X'D7217A299B38951D51BF6E730AA4D92A','CompensateAttemptFailed',1,1800000007427070,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000008013862}');
INSERT INTO "events" VALUES(X'01A3185C6B65782A96605D959D7CD4F6',12,X'3AE6626F48DB27E9282CF6F666C7D660','StepCompensated',1,1800000008013862,'{"step_id":"b","attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C6B65782A96605D959D7CD4F6',13,NULL,'CompensationIntended',1,1800000008013862,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C6B65782A96605D959D7CD4F6',14,X'94647FD12321454BA380DA8C9A7CDF40','CompensateAttemptFailed',1,1800000008013862,'{"step_id":"a","attempt":1,"failure":{"code":"ABORTED","reason":"IN_PROGRESS","message":"a test said ABORTED"},"retry_time":1800000008556787,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C6B65782A96605D959D7CD4F6',15,X'86324251FF8C240AB1ADFA06F887B002','StepCompensated',1,1800000008556787,'{"step_id":"a","attempt":2}');
INSERT INTO "events" VALUES(X'01A3185C6B65782A96605D959D7CD4F6',16,NULL,'SagaCompensated',1,1800000008556787,'{}');
INSERT INTO "events" VALUES(X'01A3185C716C79FA8BA927C3ECF45CCB',1,X'9FDAB898C7FCFB51F40229737C352A64','SagaStarted',2,1800000008556788,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086408556788}');
INSERT INTO "events" VALUES(X'01A3185C716C79FA8BA927C3ECF45CCB',2,NULL,'StepIntended',1,1800000008556788,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C716C79FA8BA927C3ECF45CCB',3,X'2B0FD4E9A6D13D51D9AE45F88D6CF899','StepCompleted',1,1800000008556788,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C716C79FA8BA927C3ECF45CCB',4,NULL,'StepIntended',1,1800000008556788,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C716C79FA8BA927C3ECF45CCB',5,X'EAE71637D7A5FEC86197289E97BD25C7','StepCompleted',1,1800000008556788,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C716C79FA8BA927C3ECF45CCB',6,NULL,'StepIntended',1,1800000008556788,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C716C79FA8BA927C3ECF45CCB',7,X'04352DB0D9250B782CFB6DA9387A175B','StepRejected',1,1800000008556788,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C716C79FA8BA927C3ECF45CCB',8,NULL,'CompensationStarted',1,1800000008556788,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185C716C79FA8BA927C3ECF45CCB',9,NULL,'CompensationIntended',1,1800000008556788,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C716C79FA8BA927C3ECF45CCB',10,X'D698AC4E3DD0FF328ED6123F7B57475C','CompensateAttemptFailed',1,1800000008556788,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000009098390}');
INSERT INTO "events" VALUES(X'01A3185C716C79FA8BA927C3ECF45CCB',11,X'A4B8A97212402A178129EAA687020993','CompensateAttemptFailed',1,1800000009098390,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000010081766}');
INSERT INTO "events" VALUES(X'01A3185C716C79FA8BA927C3ECF45CCB',12,X'656A894E9566820AEB17C65392F7D22F','CompensationFailed',1,1800000010081766,'{"step_id":"b","failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C716C79FA8BA927C3ECF45CCB',13,NULL,'SagaStuck',1,1800000010081766,'{"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"step_id":"b","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185C776174BC9439C746D8DDD2EF',1,X'98B0DDEB90E9844D34E7EF3EDEDF9655','SagaStarted',2,1800000010081767,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086410081767}');
INSERT INTO "events" VALUES(X'01A3185C776174BC9439C746D8DDD2EF',2,NULL,'StepIntended',1,1800000010081767,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C776174BC9439C746D8DDD2EF',3,X'BAC1BCCE52009198DA3090173EBEBE3E','StepCompleted',1,1800000010081767,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C776174BC9439C746D8DDD2EF',4,NULL,'StepIntended',1,1800000010081767,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C776174BC9439C746D8DDD2EF',5,X'65A3DA66A10E84129BD49F443AC11B8D','StepCompleted',1,1800000010081767,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C776174BC9439C746D8DDD2EF',6,NULL,'StepIntended',1,1800000010081767,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C776174BC9439C746D8DDD2EF',7,X'55F28105B466A8A206EB8902FA47734A','StepRejected',1,1800000010081767,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C776174BC9439C746D8DDD2EF',8,NULL,'CompensationStarted',1,1800000010081767,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185C776174BC9439C746D8DDD2EF',9,NULL,'CompensationIntended',1,1800000010081767,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C776174BC9439C746D8DDD2EF',10,X'F08705782990D6DC7AF7EEDB7C507827','StepCompensated',1,1800000010081767,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C776174BC9439C746D8DDD2EF',11,NULL,'CompensationIntended',1,1800000010081767,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C776174BC9439C746D8DDD2EF',12,X'7CF0FD538E48BD1342855F825C9A00F3','CompensationFailed',1,1800000010081767,'{"step_id":"a","failure":{"code":"FAILED_PRECONDITION","reason":"BARRIER_ROW_MISSING","message":"a test said FAILED_PRECONDITION"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C776174BC9439C746D8DDD2EF',13,NULL,'SagaStuck',1,1800000010081767,'{"failure":{"code":"FAILED_PRECONDITION","reason":"BARRIER_ROW_MISSING","message":"a test said FAILED_PRECONDITION"},"step_id":"a","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185C7761764986B5A1C62DF810B9',1,X'D22222FC88D83B24381C51D2586694DD','SagaStarted',2,1800000010081768,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086410081768}');
INSERT INTO "events" VALUES(X'01A3185C7761764986B5A1C62DF810B9',2,NULL,'StepIntended',1,1800000010081768,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C7761764986B5A1C62DF810B9',3,X'7EFBAC835B30AED5F9F95AEB11A3159A','StepCompleted',1,1800000010081768,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7761764986B5A1C62DF810B9',4,NULL,'StepIntended',1,1800000010081768,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C7761764986B5A1C62DF810B9',5,X'CF2E4524346DA58BA95315E94B2FFEB8','StepCompleted',1,1800000010081768,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7761764986B5A1C62DF810B9',6,NULL,'StepIntended',1,1800000010081768,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C7761764986B5A1C62DF810B9',7,X'28CB30E7D0809F9F6686C9CD763015AC','StepRejected',1,1800000010081768,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7761764986B5A1C62DF810B9',8,NULL,'SagaStuck',1,1800000010081768,'{"failure":{"reason":"REFUSED","message":"no"},"step_id":"c","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185C77617F05B1878D5FD739543B',1,X'5FCBA7FC5A4F89B03C559734BF8E9B2D','SagaStarted',2,1800000010081769,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086410081769}');
INSERT INTO "events" VALUES(X'01A3185C77617F05B1878D5FD739543B',2,NULL,'StepIntended',1,1800000010081769,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C77617F05B1878D5FD739543B',3,X'73596E0C3ABCFEB6F884B2DC2F8CF3AA','StepCompleted',1,1800000010081769,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C77617F05B1878D5FD739543B',4,NULL,'StepIntended',1,1800000010081769,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C77617F05B1878D5FD739543B',5,X'63859CAE0075A0F65B9A5A72FDA4E9CE','ExecuteAttemptFailed',1,1800000010081769,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000010859545}');
INSERT INTO "events" VALUES(X'01A3185C77617F05B1878D5FD739543B',6,X'4B4BBE89651A0C741B26C8029A474D65','ExecuteAttemptFailed',1,1800000010859545,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000011298943}');
INSERT INTO "events" VALUES(X'01A3185C77617F05B1878D5FD739543B',7,X'8C7106CB1E047DA54C75C1EE78CBAB6A','StepFailed',1,1800000011298943,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C77617F05B1878D5FD739543B',8,NULL,'SagaStuck',1,1800000011298943,'{"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"step_id":"b","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185C7C2271138FF44F6504D75988',1,X'D192DD5A43817F947696662302A7F297','SagaStarted',2,1800000011298944,'{"definition_name":"quick","definition_version":1,"definition_hash":"1dd59dc527af777a068861788d540e06389353e9c6efcf15e44365430c545d0c","input":{"json":"{}"},"timeout_time":1800000021298944}');
INSERT INTO "events" VALUES(X'01A3185C7C2271138FF44F6504D75988',2,NULL,'StepIntended',1,1800000011298944,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C7C2271138FF44F6504D75988',3,X'280B35D495DBE3466E0BD665C3046790','StepCompleted',1,1800000011298944,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7C2271138FF44F6504D75988',4,NULL,'StepIntended',1,1800000011298944,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C7C2271138FF44F6504D75988',5,X'6B99C83BA7476A7C3906EA015DC2752D','StepPending',1,1800000011298944,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7C2271138FF44F6504D75988',6,X'06F53A80BBF69DE4E3591AA6D3A9A1EB','SagaTimedOut',1,1800000021298944,'{}');
INSERT INTO "events" VALUES(X'01A3185C7C2271138FF44F6504D75988',7,NULL,'CompensationStarted',1,1800000021298944,'{"cause":"TIMED_OUT","failure":{"reason":"TIMED_OUT","message":"the saga''s time was up"}}');
INSERT INTO "events" VALUES(X'01A3185C7C2271138FF44F6504D75988',8,NULL,'CompensationIntended',1,1800000021298944,'{"step_id":"b","outcome":"PENDING"}');
INSERT INTO "events" VALUES(X'01A3185C7C2271138FF44F6504D75988',9,X'0F783EBBB17AC939791F063DF4C61F50','StepCompensated',1,1800000021298944,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7C2271138FF44F6504D75988',10,NULL,'CompensationIntended',1,1800000021298944,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C7C2271138FF44F6504D75988',11,X'3CAB9D393D157DB668F6886903744256','StepCompensated',1,1800000021298944,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7C2271138FF44F6504D75988',12,NULL,'SagaCompensated',1,1800000021298944,'{}');
INSERT INTO "events" VALUES(X'01A3185CA3327AEEBA6CAC4AE82D2FEF',1,X'6DBA45A75C2B7546342DECF800777BA5','SagaStarted',2,1800000021298945,'{"definition_name":"impatient","definition_version":1,"definition_hash":"9edcd0b4257574464086d79caf903635f38e2ef83febd55e00f789fc3ebd9a13","input":{"json":"{}"},"timeout_time":1800086421298945}');
INSERT INTO "events" VALUES(X'01A3185CA3327AEEBA6CAC4AE82D2FEF',2,NULL,'StepIntended',1,1800000021298945,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185CA3327AEEBA6CAC4AE82D2FEF',3,X'B7B360C34A3AFE82479F31A55ADD9EE0','StepCompleted',1,1800000021298945,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185CA3327AEEBA6CAC4AE82D2FEF',4,NULL,'StepIntended',1,1800000021298945,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185CA3327AEEBA6CAC4AE82D2FEF',5,X'18F9DFCA4AEA0CE2BA222F340642D24F','StepPending',1,1800000021298945,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185CA3327AEEBA6CAC4AE82D2FEF',6,X'A425E127460527404CAD3F6DACDBB537','StepFailed',1,1800000051298945,'{"step_id":"b","kind":"PENDING_TIMED_OUT","failure":{"reason":"PENDING_TIMED_OUT","message":"no outcome was reported within the step''s pending_timeout"}}');
INSERT INTO "events" VALUES(X'01A3185CA3327AEEBA6CAC4AE82D2FEF',7,NULL,'CompensationStarted',1,1800000051298945,'{"cause":"TIMED_OUT","failure":{"reason":"PENDING_TIMED_OUT","message":"no outcome was reported within the step''s pending_timeout"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185CA3327AEEBA6CAC4AE82D2FEF',8,NULL,'CompensationIntended',1,1800000051298945,'{"step_id":"b","outcome":"PENDING"}');
INSERT INTO "events" VALUES(X'01A3185CA3327AEEBA6CAC4AE82D2FEF',9,X'9AC142C8589A580D5203BA7E11BA7FAE','CompensationPending',1,1800000051298945,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185CA3327AEEBA6CAC4AE82D2FEF',10,X'FC6470D83B36302AED30528B4779DABA','StepCompensated',1,1800000061298945,'{"step_id":"b","attempt":2}');
INSERT INTO "events" VALUES(X'01A3185CA3327AEEBA6CAC4AE82D2FEF',11,NULL,'CompensationIntended',1,1800000061298945,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185CA3327AEEBA6CAC4AE82D2FEF',12,X'5F9224179F66D5CEC7BB53414500E2A0','StepCompensated',1,1800000061298945,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185CA3327AEEBA6CAC4AE82D2FEF',13,NULL,'SagaCompensated',1,1800000061298945,'{}');
INSERT INTO "events" VALUES(X'01A3185D3F72756EA9B161F4BCA5F87B',1,X'87C89DF584DC8DF999C59D23805C1FF8','SagaStarted',2,1800000061298946,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086461298946}');
INSERT INTO "events" VALUES(X'01A3185D3F72756EA9B161F4BCA5F87B',2,NULL,'StepIntended',1,1800000061298946,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3F72756EA9B161F4BCA5F87B',3,X'943CE3A86FEEC6AF74EC4DB3BC7EFE14','StepCompleted',1,1800000061298946,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F72756EA9B161F4BCA5F87B',4,NULL,'StepIntended',1,1800000061298946,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3F72756EA9B161F4BCA5F87B',5,X'700EA1F8AF30DBD90DE8E16168A6A3F0','StepPending',1,1800000061298946,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F72756EA9B161F4BCA5F87B',6,X'0BF3D36EF784B1651F552D2AB546FBE8','CancelRequested',1,1800000061298947,'{"reason":"changed their mind"}');
INSERT INTO "events" VALUES(X'01A3185D3F72756EA9B161F4BCA5F87B',7,NULL,'CompensationStarted',1,1800000061298947,'{"cause":"CANCELLED","failure":{"reason":"CANCELLED","message":"the saga was cancelled"}}');
INSERT INTO "events" VALUES(X'01A3185D3F72756EA9B161F4BCA5F87B',8,NULL,'CompensationIntended',1,1800000061298947,'{"step_id":"b","outcome":"PENDING"}');
INSERT INTO "events" VALUES(X'01A3185D3F72756EA9B161F4BCA5F87B',9,X'FFABACE8B45FEB7C00D19CF5AB9F4636','StepCompensated',1,1800000061298947,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F72756EA9B161F4BCA5F87B',10,NULL,'CompensationIntended',1,1800000061298947,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185D3F72756EA9B161F4BCA5F87B',11,X'DA5F81681DA0C7E8E5253B1E052A17A9','StepCompensated',1,1800000061298947,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F72756EA9B161F4BCA5F87B',12,NULL,'SagaCompensated',1,1800000061298947,'{}');
INSERT INTO "events" VALUES(X'01A3185D3F727FE4A0FC47FA3F8B1BAA',1,X'8324338F05BB060134B9B5F5E2449930','SagaStarted',2,1800000061298948,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086461298948}');
INSERT INTO "events" VALUES(X'01A3185D3F727FE4A0FC47FA3F8B1BAA',2,NULL,'StepIntended',1,1800000061298948,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3F727FE4A0FC47FA3F8B1BAA',3,X'110FE3071895A5A0FD851CF917680A9B','StepCompleted',1,1800000061298948,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F727FE4A0FC47FA3F8B1BAA',4,NULL,'StepIntended',1,1800000061298948,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3F727FE4A0FC47FA3F8B1BAA',5,X'355DA942751EE434950B402CBA72E748','CancelRequested',1,1800000061298949,'{}');
INSERT INTO "events" VALUES(X'01A3185D3F727FE4A0FC47FA3F8B1BAA',6,X'1196A64F55EEF2955A41E6C142D13940','StepCompleted',1,1800000061298949,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F727FE4A0FC47FA3F8B1BAA',7,NULL,'StepIntended',1,1800000061298949,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3F727FE4A0FC47FA3F8B1BAA',8,X'EE4B7ADC21FD03CFB220E7DACCE73EF9','StepCompleted',1,1800000061298949,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F727FE4A0FC47FA3F8B1BAA',9,NULL,'SagaCompleted',1,1800000061298949,'{}');
INSERT INTO "events" VALUES(X'01A3185D3F727B82BDA5AD525B616E42',1,X'26010FDB0C492E1FA199E1C42E6F7D35','SagaStarted',2,1800000061298950,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086461298950}');
INSERT INTO "events" VALUES(X'01A3185D3F727B82BDA5AD525B616E42',2,NULL,'StepIntended',1,1800000061298950,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3F727B82BDA5AD525B616E42',3,X'4155B74851F780CFCF02AF1BEFB56DE7','StepCompleted',1,1800000061298950,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F727B82BDA5AD525B616E42',4,NULL,'StepIntended',1,1800000061298950,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3F727B82BDA5AD525B616E42',5,X'8EEF391EEB34BE9145C64CBF971F6203','CancelRequested',1,1800000061298951,'{}');
INSERT INTO "events" VALUES(X'01A3185D3F727B82BDA5AD525B616E42',6,X'FA32D5C27AC26CB9B09738F9320C3EA6','StepRejected',1,1800000061298951,'{"step_id":"b","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F727B82BDA5AD525B616E42',7,NULL,'CompensationStarted',1,1800000061298951,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185D3F727B82BDA5AD525B616E42',8,NULL,'CompensationIntended',1,1800000061298951,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185D3F727B82BDA5AD525B616E42',9,X'947D949270DD33CEF52CAE4FCA51EA6F','StepCompensated',1,1800000061298951,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F727B82BDA5AD525B616E42',10,NULL,'SagaCompensated',1,1800000061298951,'{}');
INSERT INTO "events" VALUES(X'01A3185D3F7277448234472F5B58796A',1,X'D634DD520D5C370028F6B71F1B833B71','SagaStarted',2,1800000061298952,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086461298952}');
INSERT INTO "events" VALUES(X'01A3185D3F7277448234472F5B58796A',2,NULL,'StepIntended',1,1800000061298952,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3F7277448234472F5B58796A',3,X'83420F8A3B423F6646A2E056FA6878C8','StepCompleted',1,1800000061298952,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F7277448234472F5B58796A',4,NULL,'StepIntended',1,1800000061298952,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3F7277448234472F5B58796A',5,X'94414892EA50077E79D1F31CE795CDA5','StepCompleted',1,1800000061298953,'{"step_id":"b","output":{"json":"{\"n\": 1}"}}');
INSERT INTO "events" VALUES(X'01A3185D3F7277448234472F5B58796A',6,NULL,'StepIntended',1,1800000061298953,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3F7277448234472F5B58796A',7,X'D93F908EAEFEFD00ED3BADFEAA2F1247','StepCompleted',1,1800000061298953,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F7277448234472F5B58796A',8,NULL,'SagaCompleted',1,1800000061298953,'{}');
INSERT INTO "events" VALUES(X'01A3185D3F727D12A1B4A960B8E7DF9B',1,X'6DF354D4A32577BADE49CE8269C0E932','SagaStarted',2,1800000061298954,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086461298954}');
INSERT INTO "events" VALUES(X'01A3185D3F727D12A1B4A960B8E7DF9B',2,NULL,'StepIntended',1,1800000061298954,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3F727D12A1B4A960B8E7DF9B',3,X'2EEBA7D526605484C9F3B168E076FEEF','StepCompleted',1,1800000061298954,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F727D12A1B4A960B8E7DF9B',4,NULL,'StepIntended',1,1800000061298954,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3F727D12A1B4A960B8E7DF9B',5,X'F5892A4E4CB9F0B3079F992BEC190B73','StepPending',1,1800000061298954,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F727D12A1B4A960B8E7DF9B',6,X'86BEEC87384286321C15035C016FB486','StepFailed',1,1800000061298955,'{"step_id":"b","kind":"PERMANENT","failure":{"reason":"LOST","message":"the parcel is lost"}}');
INSERT INTO "events" VALUES(X'01A3185D3F727D12A1B4A960B8E7DF9B',7,NULL,'CompensationStarted',1,1800000061298955,'{"cause":"FAILED","failure":{"reason":"LOST","message":"the parcel is lost"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185D3F727D12A1B4A960B8E7DF9B',8,NULL,'CompensationIntended',1,1800000061298955,'{"step_id":"b","outcome":"PENDING"}');
INSERT INTO "events" VALUES(X'01A3185D3F727D12A1B4A960B8E7DF9B',9,X'18C8056DC16866F89899BE67B6C30456','CompensationPending',1,1800000061298955,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F727D12A1B4A960B8E7DF9B',10,X'3D139D95F4ED77F9A255DCBB6FAD12B3','StepCompensated',1,1800000061298956,'{"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185D3F727D12A1B4A960B8E7DF9B',11,NULL,'CompensationIntended',1,1800000061298956,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185D3F727D12A1B4A960B8E7DF9B',12,X'AAB8217E0F8CD5FC97ACEABE0CC5643F','CompensationPending',1,1800000061298956,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F727D12A1B4A960B8E7DF9B',13,X'5B2E14A64E81774A976732A1C0985105','CompensationFailed',1,1800000061298957,'{"step_id":"a","failure":{"reason":"GONE","message":"nobody can undo it"}}');
INSERT INTO "events" VALUES(X'01A3185D3F727D12A1B4A960B8E7DF9B',14,NULL,'SagaStuck',1,1800000061298957,'{"failure":{"reason":"GONE","message":"nobody can undo it"},"step_id":"a","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185D3F72723CA7F52FA9A117511F',1,X'AF3063C775F6E6EFEC99B6650A3250C8','SagaStarted',2,1800000061298958,'{"definition_name":"forgetful","definition_version":1,"definition_hash":"3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e","input":{"json":"{}"},"timeout_time":1800086461298958}');
INSERT INTO "events" VALUES(X'01A3185D3F72723CA7F52FA9A117511F',2,NULL,'StepIntended',1,1800000061298958,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3F72723CA7F52FA9A117511F',3,X'3F2FCB120732B9D02703ADC66C95FF9A','StepCompleted',1,1800000061298958,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F72723CA7F52FA9A117511F',4,NULL,'StepIntended',1,1800000061298958,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3F72723CA7F52FA9A117511F',5,X'5A375DCCE4CC40B56C774069FAAABADF','StepPending',1,1800000061298958,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3F72723CA7F52FA9A117511F',6,X'DD2BBA1537436E5C2441E3D54410492B','ExecuteAttemptFailed',1,1800000131298958,'{"step_id":"b","attempt":2,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":0,"used":false}');
INSERT INTO "events" VALUES(X'01A3185D3F72723CA7F52FA9A117511F',7,X'2E281F9BDDF85336D15B579B74E42509','StepCompleted',1,1800000181298958,'{"step_id":"b","output":{},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185D3F72723CA7F52FA9A117511F',8,NULL,'SagaCompleted',1,1800000181298958,'{}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',1,X'8FDB72A34980BE64D347BDCDDA5117B9','SagaStarted',2,1800000181298959,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086581298959}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',2,NULL,'StepIntended',1,1800000181298959,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',3,X'EB573F5FC12F4F8B12CD8AEFD2F6E171','StepCompleted',1,1800000181298959,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',4,NULL,'StepIntended',1,1800000181298959,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',5,X'4A04FCDE45A00607B90C305DA0480377','StepRejected',1,1800000181298959,'{"step_id":"b","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',6,NULL,'CompensationStarted',1,1800000181298959,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',7,NULL,'CompensationIntended',1,1800000181298959,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',8,X'A6C4716C55504CE4330E52E2D0BB9786','CompensateAttemptFailed',1,1800000181298959,'{"step_id":"a","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000182206709}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',9,X'4E853D2D35913C531E50702CA299FE22','CompensateAttemptFailed',1,1800000182206709,'{"step_id":"a","attempt":2,"failure":{"code":"INTERNAL"},"retry_time":1800000182437311}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',10,X'CEF8548F8A4B8D2EB3F6C3FEB21AC1E4','CompensationFailed',1,1800000182437311,'{"step_id":"a","failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',11,NULL,'SagaStuck',1,1800000182437311,'{"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"step_id":"a","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',12,X'DFE0276ACEBF01BC155E7E86618516E8','CompensateRetried',1,1800000182437312,'{"step_id":"a","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',13,X'64ABEE979BC8915AFA95A45CDF4721FB','CompensateAttemptFailed',1,1800000182437312,'{"step_id":"a","attempt":4,"failure":{"code":"INTERNAL"},"retry_time":1800000182801567}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',14,X'35745D660C2114B7A93F14BDD2BF1E76','CompensateAttemptFailed',1,1800000182801567,'{"step_id":"a","attempt":5,"failure":{"code":"INTERNAL"},"retry_time":1800000183756500}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',15,X'5E37817FB91E37804EBEF083EFC9DED4','CompensationFailed',1,1800000183756500,'{"step_id":"a","failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"attempt":6}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',16,NULL,'SagaStuck',1,1800000183756500,'{"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"step_id":"a","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',17,X'293A64A99D8402E2FF7B66741AC752E6','CompensationAsserted',1,1800000183756501,'{"step_id":"a","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A3185F14327E40BFED9235288BC781',18,NULL,'SagaCompensated',1,1800000183756501,'{}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',1,X'88C69AEBE3BFBD8E252F49B9A988E074','SagaStarted',2,1800000183756502,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086583756502}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',2,NULL,'StepIntended',1,1800000183756502,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',3,X'60641D53B21B8FD0622017B34E4AC4D5','StepCompleted',1,1800000185631549,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',4,NULL,'StepIntended',1,1800000185631549,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',5,X'F6A8A4446C48E2C5C90E50E95AF4D17A','ExecuteAttemptFailed',1,1800000185631549,'{"step_id":"b","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000186539489}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',6,X'467316814A99EB8FF71D8B84DF20E281','ExecuteAttemptFailed',1,1800000189465479,'{"step_id":"b","attempt":2,"failure":{"code":"INTERNAL"},"retry_time":1800000190171684}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',7,X'7497333534F9287DFA540B83E661D95D','StepFailed',1,1800000195550755,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',8,NULL,'SagaStuck',1,1800000195550755,'{"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"step_id":"b","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',9,X'E04C8E9F584FCFE1D3CC4B136990C6C8','ExecuteRetried',1,1800000195550756,'{"step_id":"b","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',10,X'DDFC5BE804BDA7D0EEC4FF302AE33FFF','ExecuteAttemptFailed',1,1800000209198976,'{"step_id":"b","attempt":4,"failure":{"code":"INTERNAL"},"retry_time":1800000209924925}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',11,X'32DDE9451FAC7997708A033A2CDBB6AE','ExecuteAttemptFailed',1,1800000233045976,'{"step_id":"b","attempt":5,"failure":{"code":"INTERNAL"},"retry_time":1800000233698885}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',12,X'5A029CDA4F2B0E44FE4EAD3E35A722D3','StepFailed',1,1800000262605284,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"attempt":6}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',13,NULL,'SagaStuck',1,1800000262605284,'{"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"step_id":"b","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',14,X'72CE6DE13261750FB954446CE238E1E5','StepCompletionAsserted',1,1800000262605285,'{"step_id":"b","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"},"output":{"json":"{\"n\": 7}"}}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',15,NULL,'StepIntended',1,1800000262605285,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',16,X'276CC35C4647375C9764002CCD57DF3F','StepCompleted',1,1800000291808289,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F1DCC79D391551E8259CC60B1',17,NULL,'SagaCompleted',1,1800000291808289,'{}');
INSERT INTO "events" VALUES(X'01A31860C3E0745E9D7F427515392480',1,X'9C7D4511CBFD7C0696C1760ABB7FBBBA','SagaStarted',2,1800000291808290,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086691808290}');
INSERT INTO "events" VALUES(X'01A31860C3E0745E9D7F427515392480',2,NULL,'StepIntended',1,1800000291808290,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860C3E0745E9D7F427515392480',3,X'46A8B6202EFE37D0F26B9BEF66E73828','StepCompleted',1,1800000291808290,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31860C3E0745E9D7F427515392480',4,NULL,'StepIntended',1,1800000291808290,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860C3E0745E9D7F427515392480',5,X'8651E9853ED805B1FAE47E000472B462','SagaPaused',1,1800000291808291,'{"by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A31860C3E0745E9D7F427515392480',6,X'2697713FC177C326CF7A87F8CAEC4809','StepCompleted',1,1800000291808291,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31860C3E0745E9D7F427515392480',7,X'712D3FF0A955809D96A2B4A06BD511BE','SagaResumed',1,1800000291808292,'{"by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A31860C3E0745E9D7F427515392480',8,NULL,'StepIntended',1,1800000291808292,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860C3E0745E9D7F427515392480',9,X'57711F7D6838E307075CF24EA5F0DA72','StepCompleted',1,1800000291808292,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31860C3E0745E9D7F427515392480',10,NULL,'SagaCompleted',1,1800000291808292,'{}');
INSERT INTO "events" VALUES(X'01A31860C3E07BB7BD6D25009AEB7FA0',1,X'0FCBEAE6E2B69143391373C117E7DF66','SagaStarted',2,1800000291808293,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086691808293}');
INSERT INTO "events" VALUES(X'01A31860C3E07BB7BD6D25009AEB7FA0',2,NULL,'StepIntended',1,1800000291808293,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860C3E07BB7BD6D25009AEB7FA0',3,X'E313087900DF72F5CD2CBC390694EC17','StepCompleted',1,1800000291808293,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31860C3E07BB7BD6D25009AEB7FA0',4,NULL,'StepIntended',1,1800000291808293,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860C3E07BB7BD6D25009AEB7FA0',5,X'F9E31F1ADA3832060374A472AE31D5C9','ExecuteAttemptFailed',1,1800000291808293,'{"step_id":"b","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000292124598}');
INSERT INTO "events" VALUES(X'01A31860C3E07BB7BD6D25009AEB7FA0',6,X'C089986406E7A67C101CCA83683DF553','ExecuteAttemptFailed',1,1800000292124598,'{"step_id":"b","attempt":2,"failure":{"code":"INTERNAL"},"retry_time":1800000292709553}');
INSERT INTO "events" VALUES(X'01A31860C3E07BB7BD6D25009AEB7FA0',7,X'71EC279BA0B87EF86C19756BB2A03FA7','StepFailed',1,1800000292709553,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A31860C3E07BB7BD6D25009AEB7FA0',8,NULL,'SagaStuck',1,1800000292709553,'{"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"step_id":"b","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A31860C3E07BB7BD6D25009AEB7FA0',9,X'B7D1D58E740581F5D25AFC23B8E7A9AB','SagaAbandoned',1,1800000292709554,'{"by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"},"standing":["a","b"]}');
INSERT INTO "events" VALUES(X'01A31860C7657942A1B7379F0897246A',1,X'6FB3B32B44108B18865C11743D5294A2','SagaStarted',2,1800000292709555,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086692709555}');
INSERT INTO "events" VALUES(X'01A31860C7657942A1B7379F0897246A',2,NULL,'StepIntended',1,1800000292709555,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860C7657942A1B7379F0897246A',3,X'839D45B5322A23EFE3EA0908AD3499FE','ExecuteAttemptFailed',1,1800000292709555,'{"step_id":"far","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000293625952}');
INSERT INTO "events" VALUES(X'01A31860C7657942A1B7379F0897246A',4,X'46029714A3545B97A7866B3A0D37C99F','ExecuteAttemptFailed',1,1800000293625952,'{"step_id":"far","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000293699499}');
INSERT INTO "events" VALUES(X'01A31860C7657942A1B7379F0897246A',5,X'785D3FAF52D64A6C09515B475B62B486','ExecuteAttemptFailed',1,1800000293699499,'{"step_id":"far","attempt":3,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000294059328}');
INSERT INTO "events" VALUES(X'01A31860C7657942A1B7379F0897246A',6,X'D83505297EF6751CA0CB17832AF848B9','ExecuteAttemptFailed',1,1800000294059328,'{"step_id":"far","attempt":4,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000294444080}');
INSERT INTO "events" VALUES(X'01A31860C7657942A1B7379F0897246A',7,X'FE5926C02A40453BFCFAEF1AE47CA437','ExecuteAttemptFailed',1,1800000294444080,'{"step_id":"far","attempt":5,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000294463881}');
INSERT INTO "events" VALUES(X'01A31860C7657942A1B7379F0897246A',8,X'82B61889464D4AA498DB47613E1B6336','ExecuteAttemptFailed',1,1800000295418602,'{"step_id":"far","attempt":6,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000295872459}');
INSERT INTO "events" VALUES(X'01A31860C7657942A1B7379F0897246A',9,X'7E3E5BCEC52E096F8A0DF46C80C0F182','ExecuteAttemptFailed',1,1800000297083857,'{"step_id":"far","attempt":7,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000297293997}');
INSERT INTO "events" VALUES(X'01A31860C7657942A1B7379F0897246A',10,X'9A1FCBED10A16A86A6C3D294E0C3642E','ExecuteAttemptFailed',1,1800000300323332,'{"step_id":"far","attempt":8,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000301204769}');
INSERT INTO "events" VALUES(X'01A31860C7657942A1B7379F0897246A',11,X'9FD4FC041FEDEA843377EEF5822BE4EB','ExecuteAttemptFailed',1,1800000307140646,'{"step_id":"far","attempt":9,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000307620448}');
INSERT INTO "events" VALUES(X'01A3186115857EB4BBC80976B0BDB4FE',1,X'F53F4A5F3914EB4E95CBE0049D34D5DF','SagaStarted',2,1800000312709555,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086712709555}');
INSERT INTO "events" VALUES(X'01A3186115857EB4BBC80976B0BDB4FE',2,NULL,'StepIntended',1,1800000312709555,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186115857EB4BBC80976B0BDB4FE',3,NULL,'StepParked',1,1800000312709555,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3186115857E509AE25CC819E5BEA1',1,X'9BC6C932CF5332D7EF877CC69DA92DAC','SagaStarted',2,1800000312709555,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086712709555}');
INSERT INTO "events" VALUES(X'01A3186115857E509AE25CC819E5BEA1',2,NULL,'StepIntended',1,1800000312709555,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186115857E509AE25CC819E5BEA1',3,NULL,'StepParked',1,1800000312709555,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3186115857F5BB3907CFCCFE330CD',1,X'BEF42169AEC025A38C83617C68709D76','SagaStarted',2,1800000312709555,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086712709555}');
INSERT INTO "events" VALUES(X'01A3186115857F5BB3907CFCCFE330CD',2,NULL,'StepIntended',1,1800000312709555,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186115857F5BB3907CFCCFE330CD',3,NULL,'StepParked',1,1800000312709555,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A31860C7657942A1B7379F0897246A',12,X'4CDBE31237315D0156C6CB48102B2E06','StepCompleted',1,1800000320487477,'{"step_id":"far","output":{},"attempt":10}');
INSERT INTO "events" VALUES(X'01A31860C7657942A1B7379F0897246A',13,NULL,'SagaCompleted',1,1800000320487477,'{}');
INSERT INTO "events" VALUES(X'01A3186115857EB4BBC80976B0BDB4FE',4,X'A8723E31E7FEA21DDB47519201C8965F','StepUnparked',1,1800000320487477,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3186115857E509AE25CC819E5BEA1',4,X'01E26DEF548E3BB912AA981324371B38','StepUnparked',1,1800000320487477,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3186115857EB4BBC80976B0BDB4FE',5,X'F4A6EAC0A9ED4D584F82216512C33FE3','StepCompleted',1,1800000320487477,'{"step_id":"far","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186115857EB4BBC80976B0BDB4FE',6,NULL,'SagaCompleted',1,1800000320487477,'{}');
INSERT INTO "events" VALUES(X'01A3186115857E509AE25CC819E5BEA1',5,X'AF599C1443A9D59DA33E9ED9A6B0A055','StepCompleted',1,1800000320487477,'{"step_id":"far","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186115857E509AE25CC819E5BEA1',6,NULL,'SagaCompleted',1,1800000320487477,'{}');
INSERT INTO "events" VALUES(X'01A3186115857F5BB3907CFCCFE330CD',4,X'D1D6ACF59347463675AD51B19490FB1A','StepUnparked',1,1800000320487477,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3186115857F5BB3907CFCCFE330CD',5,X'815CF7C6D1DF0D0B627E38B9A68AAFB4','StepCompleted',1,1800000320487477,'{"step_id":"far","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186115857F5BB3907CFCCFE330CD',6,NULL,'SagaCompleted',1,1800000320487477,'{}');
INSERT INTO "events" VALUES(X'01A318621E477500B5A8513F5B8AAA46',1,X'D1253724F40C79CC1A44FA5F456AD944','SagaStarted',2,1800000380487478,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086780487478}');
INSERT INTO "events" VALUES(X'01A318621E477500B5A8513F5B8AAA46',2,NULL,'StepIntended',1,1800000380487478,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621E477500B5A8513F5B8AAA46',3,X'613834B8270367F4828A58BA44E1E9CD','StepCompleted',1,1800000380487478,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318621E477500B5A8513F5B8AAA46',4,NULL,'StepIntended',1,1800000380487478,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621E477E23960476177DFBAD9C',1,X'3AB4F84B6236096551EE4B3B89CC0928','SagaStarted',2,1800000380487479,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086780487479}');
INSERT INTO "events" VALUES(X'01A318621E477E23960476177DFBAD9C',2,NULL,'StepIntended',1,1800000380487479,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621E477E23960476177DFBAD9C',3,X'B8B87A6D470E14B20E22DCAD7A0AFFB2','StepCompleted',1,1800000380487479,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318621E477E23960476177DFBAD9C',4,NULL,'StepIntended',1,1800000380487479,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621E477E23960476177DFBAD9C',5,X'A4D45ED1E06B6493C900901865883712','ExecuteAttemptFailed',1,1800000380487479,'{"step_id":"b","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000980487479}');
INSERT INTO "events" VALUES(X'01A318621EAB75818B966E9CFF6C6A1B',1,X'88F769CE7E4FB16AF6BFF0E5E0621C11','SagaStarted',2,1800000380587479,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086780587479}');
INSERT INTO "events" VALUES(X'01A318621EAB75818B966E9CFF6C6A1B',2,NULL,'StepIntended',1,1800000380587479,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621EAB75818B966E9CFF6C6A1B',3,X'F2436DAEFD5017FDB8BE4FCF17B5E8A5','StepCompleted',1,1800000380587479,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318621EAB75818B966E9CFF6C6A1B',4,NULL,'StepIntended',1,1800000380587479,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621EAB75818B966E9CFF6C6A1B',5,X'F2F8FD63F2AA503BCAE859B5181DB5AB','StepPending',1,1800000380587479,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A318621F0F7C2AB0583376545484CF',1,X'7A8524863711784912A3B01C16CEF027','SagaStarted',2,1800000380687479,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086780687479}');
INSERT INTO "events" VALUES(X'01A318621F0F7C2AB0583376545484CF',2,NULL,'StepIntended',1,1800000380687479,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621F0F7C2AB0583376545484CF',3,X'189F7AC15940786C39949D18A9182F54','StepCompleted',1,1800000380687479,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318621F0F7C2AB0583376545484CF',4,NULL,'StepIntended',1,1800000380687479,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621F0F7C2AB0583376545484CF',5,X'062622B74F61A08351D3DB41EFAB682B','CancelRequested',1,1800000380687480,'{"reason":"too late?"}');
INSERT INTO "events" VALUES(X'01A318621F0F7406B287E1E576003A09',1,X'C7B8043C6B407767E925DDDFFB09C1FE','SagaStarted',2,1800000380687480,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086780687480}');
INSERT INTO "events" VALUES(X'01A318621F0F7406B287E1E576003A09',2,NULL,'StepIntended',1,1800000380687480,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621F0F7406B287E1E576003A09',3,X'51CB9ABA18520F2545FA7677C062F170','StepCompleted',1,1800000380687480,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318621F0F7406B287E1E576003A09',4,NULL,'StepIntended',1,1800000380687480,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621F0F7406B287E1E576003A09',5,X'B4C21C62EACABEE17FDC9BBCA04C302E','StepCompleted',1,1800000380687480,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318621F0F7406B287E1E576003A09',6,NULL,'StepIntended',1,1800000380687480,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621F0F7406B287E1E576003A09',7,X'BF982146177DA8679EE4F34020B6E0B5','ExecuteAttemptFailed',1,1800000380687480,'{"step_id":"c","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000980687480}');
INSERT INTO "events" VALUES(X'01A318621F7375DEB4949AEA69825E3F',1,X'D4B4F578EDF42F5CD62644F61A112E8C','SagaStarted',2,1800000380787480,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086780787480}');
INSERT INTO "events" VALUES(X'01A318621F7375DEB4949AEA69825E3F',2,NULL,'StepIntended',1,1800000380787480,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621F7375DEB4949AEA69825E3F',3,X'867992A82283D71494CCF8C2CD8CD6D1','StepCompleted',1,1800000380787480,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318621F7375DEB4949AEA69825E3F',4,NULL,'StepIntended',1,1800000380787480,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621F7375DEB4949AEA69825E3F',5,X'2E2D0A9F0D9F183095E91867AC66F8D0','StepCompleted',1,1800000380787480,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318621F7375DEB4949AEA69825E3F',6,NULL,'StepIntended',1,1800000380787480,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621F7375DEB4949AEA69825E3F',7,X'2F4684A26D773BEAEB98F80291701C50','StepRejected',1,1800000380787480,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318621F7375DEB4949AEA69825E3F',8,NULL,'CompensationStarted',1,1800000380787480,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A318621F7375DEB4949AEA69825E3F',9,NULL,'CompensationIntended',1,1800000380787480,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A318621F7375DEB4949AEA69825E3F',10,X'7BC41AE272EF5F770EF96BA6C50A682D','CompensateAttemptFailed',1,1800000380787480,'{"step_id":"b","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000980787480}');
INSERT INTO "events" VALUES(X'01A318621FD77177A725E00704631DD7',1,X'9A536E37F320BEBA0C84BB9122E93F9B','SagaStarted',2,1800000380887480,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086780887480}');
INSERT INTO "events" VALUES(X'01A318621FD77177A725E00704631DD7',2,NULL,'StepIntended',1,1800000380887480,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621FD77177A725E00704631DD7',3,X'2895FBF82A93B7194400D663528DCCD0','StepCompleted',1,1800000380887480,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318621FD77177A725E00704631DD7',4,NULL,'StepIntended',1,1800000380887480,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621FD77177A725E00704631DD7',5,X'D6B73F46AAE286BEA907E0EB6D001396','StepCompleted',1,1800000380887480,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318621FD77177A725E00704631DD7',6,NULL,'StepIntended',1,1800000380887480,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621FD77177A725E00704631DD7',7,X'902CA79C49A74B23E7062C020E3FC19C','StepRejected',1,1800000380887480,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318621FD77177A725E00704631DD7',8,NULL,'CompensationStarted',1,1800000380887480,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A318621FD77177A725E00704631DD7',9,NULL,'CompensationIntended',1,1800000380887480,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A318621FD77177A725E00704631DD7',10,X'20E27083D093EB900EE06E2C79019377','CompensationPending',1,1800000380887480,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A31862203B7299B77EF20DF8EE4777',1,X'F8AEA4122A2CA959260DC700D177DAE7','SagaStarted',2,1800000380987480,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086780987480}');
INSERT INTO "events" VALUES(X'01A31862203B7299B77EF20DF8EE4777',2,NULL,'StepIntended',1,1800000380987480,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862203B7299B77EF20DF8EE4777',3,X'B0098DA8AAFBC010A30632C15E937097','ExecuteAttemptFailed',1,1800000380987480,'{"step_id":"far","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000381824671}');
INSERT INTO "events" VALUES(X'01A31862203B7299B77EF20DF8EE4777',4,X'4B8656445246A5E0D319BE808193D775','ExecuteAttemptFailed',1,1800000381824671,'{"step_id":"far","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000382159561}');
INSERT INTO "events" VALUES(X'01A31862203B7299B77EF20DF8EE4777',5,X'5194772CE2BA76C257C210C00DB342F0','ExecuteAttemptFailed',1,1800000382159561,'{"step_id":"far","attempt":3,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000382913520}');
INSERT INTO "events" VALUES(X'01A31862203B7299B77EF20DF8EE4777',6,X'D48194C9C9215CD5FCAE30DDAB5135B8','ExecuteAttemptFailed',1,1800000382913520,'{"step_id":"far","attempt":4,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000383588513}');
INSERT INTO "events" VALUES(X'01A31862203B7299B77EF20DF8EE4777',7,X'B0BDF3769D33F9ACFA3F794B77A9E527','ExecuteAttemptFailed',1,1800000383588513,'{"step_id":"far","attempt":5,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000383970176}');
INSERT INTO "events" VALUES(X'01A31862203B7299B77EF20DF8EE4777',8,X'494DD05DAE5AB5086154BA8935D29BD9','ExecuteAttemptFailed',1,1800000384547870,'{"step_id":"far","attempt":6,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000385514783}');
INSERT INTO "events" VALUES(X'01A31862203B7299B77EF20DF8EE4777',9,X'3D4CF54E41248F7FCD2329A654792522','ExecuteAttemptFailed',1,1800000386269159,'{"step_id":"far","attempt":7,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000387139652}');
INSERT INTO "events" VALUES(X'01A31862203B7299B77EF20DF8EE4777',10,X'8D87A313F2270B42DEF009D34CEE2550','ExecuteAttemptFailed',1,1800000389826358,'{"step_id":"far","attempt":8,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000390741061}');
INSERT INTO "events" VALUES(X'01A318621E477500B5A8513F5B8AAA46',5,X'1A3CBCCB6F8EEA4F43D745A785998CA4','ExecuteAttemptFailed',1,1800000390487478,'{"step_id":"b","attempt":1,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":1800000391133786}');
INSERT INTO "events" VALUES(X'01A318621F0F7C2AB0583376545484CF',6,X'187ECB1710662A8292E420A235B3EA35','ExecuteAttemptFailed',1,1800000390687479,'{"step_id":"b","attempt":1,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":1800000391528183}');
INSERT INTO "events" VALUES(X'01A318621E477500B5A8513F5B8AAA46',6,X'70ABFBA046B2D116AC48DE4E23157D0A','StepCompleted',1,1800000391133786,'{"step_id":"b","output":{},"attempt":2}');
INSERT INTO "events" VALUES(X'01A318621E477500B5A8513F5B8AAA46',7,NULL,'StepIntended',1,1800000391133786,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621E477500B5A8513F5B8AAA46',8,X'64886B3B083CCB859B5B0947B160AF0F','StepCompleted',1,1800000391133786,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318621E477500B5A8513F5B8AAA46',9,NULL,'SagaCompleted',1,1800000391133786,'{}');
INSERT INTO "events" VALUES(X'01A318621F0F7C2AB0583376545484CF',7,X'C42C146162F349DBA2A5565DF521B636','StepCompleted',1,1800000391528183,'{"step_id":"b","output":{},"attempt":2}');
INSERT INTO "events" VALUES(X'01A318621F0F7C2AB0583376545484CF',8,NULL,'StepIntended',1,1800000391528183,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318621F0F7C2AB0583376545484CF',9,X'6EDE16756BEDD95C238F9F2A99A4617F','StepCompleted',1,1800000391528183,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318621F0F7C2AB0583376545484CF',10,NULL,'SagaCompleted',1,1800000391528183,'{}');
INSERT INTO "events" VALUES(X'01A31862203B7299B77EF20DF8EE4777',11,X'E2BF02E5FC9A44222D50F7EB1AAEEEB7','ExecuteAttemptFailed',1,1800000396749219,'{"step_id":"far","attempt":9,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000397041206}');
INSERT INTO "events" VALUES(X'01A318626E5B738385E59272EDFD082B',1,X'DD3AB32866657C19317141E39334E33C','SagaStarted',2,1800000400987480,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086800987480}');
INSERT INTO "events" VALUES(X'01A318626E5B738385E59272EDFD082B',2,NULL,'StepIntended',1,1800000400987480,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318626E5B738385E59272EDFD082B',3,NULL,'StepParked',1,1800000400987480,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A318626E5B78A1ADB040B2C09885D5',1,X'8E97B05F8613722FBA3B295BF710E723','SagaStarted',2,1800000400987480,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086800987480}');
INSERT INTO "events" VALUES(X'01A318626E5B78A1ADB040B2C09885D5',2,NULL,'StepIntended',1,1800000400987480,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318626E5B78A1ADB040B2C09885D5',3,NULL,'StepParked',1,1800000400987480,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A318626E5B7EFC84C54D8B3BB12A6B',1,X'821BF48CDC2B06A26106C5606E727766','SagaStarted',2,1800000400987480,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086800987480}');
INSERT INTO "events" VALUES(X'01A318626E5B7EFC84C54D8B3BB12A6B',2,NULL,'StepIntended',1,1800000400987480,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318626E5B7EFC84C54D8B3BB12A6B',3,NULL,'StepParked',1,1800000400987480,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A318626E5B7EB5A16363698B529B4A',1,X'F55B7BEAFD809A9A9E925B79A6342FA0','SagaStarted',2,1800000400987480,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086800987480}');
INSERT INTO "events" VALUES(X'01A318626E5B7EB5A16363698B529B4A',2,NULL,'StepIntended',1,1800000400987480,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318626E5B781F96645FA9E8A8529F',1,X'44066542EC38008D331DFD3B27241631','SagaStarted',2,1800000400987480,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086800987480}');
CREATE TABLE installation (
	id TEXT NOT NULL, 
	token_key_id TEXT NOT NULL, 
	create_time INTEGER NOT NULL, 
	CONSTRAINT installation_pk PRIMARY KEY (id), 
	CONSTRAINT installation_token_key FOREIGN KEY(token_key_id) REFERENCES token_keys (key_id)
)
 STRICT

;
INSERT INTO "installation" VALUES('9a9835448e634c6391dfcb992d99ffe9','ff090c60',1800000000000000);
CREATE TABLE parked (
	uid BLOB NOT NULL, 
	participant TEXT NOT NULL, 
	namespace TEXT NOT NULL, 
	definition_name TEXT NOT NULL, 
	park_time INTEGER NOT NULL, 
	CONSTRAINT parked_pk PRIMARY KEY (uid, participant), 
	CONSTRAINT parked_saga FOREIGN KEY(uid) REFERENCES sagas (uid)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "parked" VALUES(X'01A318626E5B738385E59272EDFD082B','q','default','elsewhere',1800000400987480);
INSERT INTO "parked" VALUES(X'01A318626E5B78A1ADB040B2C09885D5','q','default','elsewhere',1800000400987480);
INSERT INTO "parked" VALUES(X'01A318626E5B7EFC84C54D8B3BB12A6B','q','default','elsewhere',1800000400987480);
CREATE TABLE participants (
	namespace TEXT NOT NULL, 
	name TEXT NOT NULL, 
	address TEXT NOT NULL, 
	max_concurrent_calls INTEGER NOT NULL, 
	description TEXT NOT NULL, 
	create_time INTEGER NOT NULL, 
	update_time INTEGER NOT NULL, 
	CONSTRAINT participants_pk PRIMARY KEY (namespace, name)
)
 STRICT

;
INSERT INTO "participants" VALUES('default','p','127.0.0.1:1',1000,'{"actions": [{"name": "act", "compensatable": true, "effect_free": false}, {"name": "look", "compensatable": false, "effect_free": true}], "deduplication_retention": 34560000000000, "stable_replies": true}',1,1);
INSERT INTO "participants" VALUES('default','q','127.0.0.1:1',1000,'{"actions": [{"name": "act", "compensatable": true, "effect_free": false}, {"name": "look", "compensatable": false, "effect_free": true}], "deduplication_retention": 34560000000000, "stable_replies": true}',1,1);
INSERT INTO "participants" VALUES('default','forgetful','127.0.0.1:1',1000,'{"actions": [{"name": "act", "compensatable": true, "effect_free": false}, {"name": "look", "compensatable": false, "effect_free": true}], "deduplication_retention": 34560000000000, "stable_replies": false}',1,1);
CREATE TABLE purged (
	namespace TEXT NOT NULL, 
	saga_id TEXT NOT NULL, 
	fingerprint BLOB NOT NULL, 
	state TEXT NOT NULL, 
	end_time INTEGER NOT NULL, 
	purge_time INTEGER NOT NULL, 
	CONSTRAINT purged_pk PRIMARY KEY (namespace, saga_id)
)
 STRICT

;
CREATE TABLE replicas (
	epoch INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	start_time INTEGER NOT NULL, 
	lease_expire_time INTEGER, 
	end_time INTEGER
)
 STRICT

;
INSERT INTO "replicas" VALUES(3,1800000061298959,NULL,1800000400987480);
INSERT INTO "replicas" VALUES(4,1800000400987480,NULL,NULL);
CREATE TABLE saga_labels (
	namespace TEXT NOT NULL, 
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	start_time INTEGER NOT NULL, 
	uid BLOB NOT NULL, 
	CONSTRAINT saga_labels_pk PRIMARY KEY (namespace, name, value, start_time, uid), 
	CONSTRAINT saga_labels_saga FOREIGN KEY(uid) REFERENCES sagas (uid)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "saga_labels" VALUES('default','shop','north',1800000000000000,X'01A3185C500073868D613E30D8F16ADF');
CREATE TABLE sagas (
	uid BLOB NOT NULL, 
	namespace TEXT NOT NULL, 
	saga_id TEXT NOT NULL, 
	sequence INTEGER NOT NULL, 
	append_id BLOB NOT NULL, 
	state TEXT NOT NULL, 
	cause TEXT, 
	mode TEXT NOT NULL, 
	definition_name TEXT NOT NULL, 
	definition_version INTEGER NOT NULL, 
	definition_hash TEXT NOT NULL, 
	fingerprint BLOB NOT NULL, 
	labels TEXT NOT NULL, 
	start_time INTEGER NOT NULL, 
	timeout_time INTEGER NOT NULL, 
	end_time INTEGER, 
	wake_time INTEGER, 
	owner_epoch INTEGER, 
	claim INTEGER NOT NULL, 
	step_count INTEGER NOT NULL, 
	completed_steps INTEGER NOT NULL, 
	compensated_steps INTEGER NOT NULL, 
	paused INTEGER NOT NULL, 
	quarantine_reason TEXT NOT NULL, 
	quarantine_time INTEGER, 
	CONSTRAINT sagas_pk PRIMARY KEY (uid), 
	CONSTRAINT sagas_key UNIQUE (namespace, saga_id)
)
 STRICT

;
INSERT INTO "sagas" VALUES(X'01A3185C500073868D613E30D8F16ADF','default','completed-in-parallel',10,X'93114351DCBED407E3E6B605B99E8306','COMPLETED',NULL,'orchestration','diamond',1,'42b0b5421710644539bb607acd97781f1cf639e46d299f75f4c16b97c98605d2',X'F84C3D0F6EB9B19AFCE92BCAAE2DF3D05628792B7A36054EF9131F2F1E824AC2','{"shop":"north"}',1800000000000000,1800086400000000,1800000000000000,NULL,NULL,1,4,4,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C50007198B06C144A025B413F','default','completed-without-its-output',4,X'FDC8C0388FE881C3A0661970EF3F6DF0','COMPLETED',NULL,'orchestration','mute',1,'099f0c5ee322c53f1bd3fc73dee336d59fdf042d5c7301ca424efc5915189aec',X'F035B345895AE1C69FB97317D88F709A440B430F7F8E1A640F453FFCC711B236','{}',1800000000000001,1800086400000001,1800000000000001,NULL,NULL,1,1,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C50007B1A987FD2803BAB6C39','default','completed-after-an-outage',10,X'A5B4DFF0C5475A81BCD2B26419DAC896','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000000000002,1800086400000002,1800000000995577,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C53E37E65BE2434E37AF027BC','default','completed-after-repeated-failures',11,X'11E7D4F31834F3D84E5CEA93FA2C705A','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000000995578,1800086400995578,1800000002906308,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C5B5A7C49A8C24D4244EF7FEB','default','completed-behind-another-delivery',13,X'6A81FC47031DE33F76B4C5444E72071C','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000002906309,1800086402906309,1800000004506174,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C619A7A50982C18C92F429CE5','default','compensated-after-a-refusal',13,X'F5C49204CD75B66554847E25BB200B09','COMPENSATED','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000004506175,1800086404506175,1800000004506175,NULL,NULL,1,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C619A7461B21754EF2904ACEC','default','compensated-after-a-permanent-code',11,X'030A250C945A6F4E00281B12B099C7DB','COMPENSATED','FAILED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000004506176,1800086404506176,1800000004506176,NULL,NULL,1,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C619A7C41B07534FEEACC110E','default','compensated-after-all-attempts',13,X'B55051E681AA0648E4BDA104BCE02E28','COMPENSATED','ATTEMPTS_EXHAUSTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000004506177,1800086404506177,1800000006172401,NULL,NULL,1,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C681C7CAF8FA6CF3E53E6D093','default','compensated-as-a-step-is-blocked',9,X'390873D6F673E6AF8ADAC988B71B087C','COMPENSATED','FAILED','orchestration','unresolved',1,'1ca717dc89f3875fc8cc4e19926aae40b335402061cd6bc47616b073ac51c4d9',X'E6514D9DB74A34C8C889E4CA1766E331D894E7A0C1DBE97929436C4AB145C32C','{}',1800000006172402,1800086406172402,1800000006172402,NULL,NULL,1,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C681C70B8BC11654988534206','default','compensated-after-a-forgotten-refusal',12,X'EFFFC1C91A50B725AFF718D470210120','COMPENSATED','REJECTED','orchestration','forgetful',1,'3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e',X'48C150FCF64F4B5DBC4F1522804950B285CBF1EE9A152A355381F54F17AED0CF','{}',1800000006172403,1800086406172403,1800000007013535,NULL,NULL,1,2,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C6B65782A96605D959D7CD4F6','default','compensated-with-patience',16,X'86324251FF8C240AB1ADFA06F887B002','COMPENSATED','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000007013536,1800086407013536,1800000008556787,NULL,NULL,1,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C716C79FA8BA927C3ECF45CCB','default','stuck-in-compensation',13,X'656A894E9566820AEB17C65392F7D22F','STUCK','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000008556788,1800086408556788,NULL,NULL,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C776174BC9439C746D8DDD2EF','default','stuck-as-a-row-is-missing',13,X'7CF0FD538E48BD1342855F825C9A00F3','STUCK','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000010081767,1800086410081767,NULL,NULL,NULL,1,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C7761764986B5A1C62DF810B9','default','stuck-past-the-pivot',8,X'28CB30E7D0809F9F6686C9CD763015AC','STUCK',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000010081768,1800086410081768,NULL,NULL,NULL,1,3,2,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C77617F05B1878D5FD739543B','default','stuck-at-the-pivot',8,X'8C7106CB1E047DA54C75C1EE78CBAB6A','STUCK',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000010081769,1800086410081769,NULL,NULL,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C7C2271138FF44F6504D75988','default','compensated-as-its-time-was-up',12,X'3CAB9D393D157DB668F6886903744256','COMPENSATED','TIMED_OUT','orchestration','quick',1,'1dd59dc527af777a068861788d540e06389353e9c6efcf15e44365430c545d0c',X'3235993920E0C3AD52ECA83814E8B9A24BC9CDAE0CD4BD9D143D0B4879EA3B99','{}',1800000011298944,1800000021298944,1800000021298944,NULL,NULL,2,2,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185CA3327AEEBA6CAC4AE82D2FEF','default','compensated-as-nobody-reported',13,X'5F9224179F66D5CEC7BB53414500E2A0','COMPENSATED','TIMED_OUT','orchestration','impatient',1,'9edcd0b4257574464086d79caf903635f38e2ef83febd55e00f789fc3ebd9a13',X'31C9A9642D28A89EFE37705B7081B56DC1D34C97D9A46136F86243A77E162DF1','{}',1800000021298945,1800086421298945,1800000061298945,NULL,NULL,5,2,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3F72756EA9B161F4BCA5F87B','default','compensated-by-a-cancel',12,X'DA5F81681DA0C7E8E5253B1E052A17A9','COMPENSATED','CANCELLED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000061298946,1800086461298946,1800000061298947,NULL,NULL,2,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3F727FE4A0FC47FA3F8B1BAA','default','cancelled-too-late-at-the-pivot',9,X'EE4B7ADC21FD03CFB220E7DACCE73EF9','COMPLETED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000061298948,1800086461298948,1800000061298949,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3F727B82BDA5AD525B616E42','default','cancelled-at-a-pivot-that-was-refused',10,X'947D949270DD33CEF52CAE4FCA51EA6F','COMPENSATED','REJECTED','orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000061298950,1800086461298950,1800000061298951,NULL,NULL,1,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3F7277448234472F5B58796A','default','reported-completed',8,X'D93F908EAEFEFD00ED3BADFEAA2F1247','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000061298952,1800086461298952,1800000061298953,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3F727D12A1B4A960B8E7DF9B','default','reported-failed-and-its-compensation-too',14,X'5B2E14A64E81774A976732A1C0985105','STUCK','FAILED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000061298954,1800086461298954,NULL,NULL,NULL,4,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3F72723CA7F52FA9A117511F','default','went-on-after-a-kill',8,X'2E281F9BDDF85336D15B579B74E42509','COMPLETED',NULL,'orchestration','forgetful',1,'3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e',X'48C150FCF64F4B5DBC4F1522804950B285CBF1EE9A152A355381F54F17AED0CF','{}',1800000061298958,1800086461298958,1800000181298958,NULL,NULL,3,2,2,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F14327E40BFED9235288BC781','default','mended-by-hand',18,X'293A64A99D8402E2FF7B66741AC752E6','COMPENSATED','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000181298959,1800086581298959,1800000183756501,NULL,NULL,3,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F1DCC79D391551E8259CC60B1','default','resolved-at-the-pivot',17,X'276CC35C4647375C9764002CCD57DF3F','COMPLETED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000183756502,1800086583756502,1800000291808289,NULL,NULL,3,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860C3E0745E9D7F427515392480','default','paused-and-resumed',10,X'57711F7D6838E307075CF24EA5F0DA72','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000291808290,1800086691808290,1800000291808292,NULL,NULL,2,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860C3E07BB7BD6D25009AEB7FA0','default','abandoned',9,X'B7D1D58E740581F5D25AFC23B8E7A9AB','ABANDONED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000291808293,1800086691808293,1800000292709554,NULL,NULL,2,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860C7657942A1B7379F0897246A','default','parked-and-unparked-first',13,X'4CDBE31237315D0156C6CB48102B2E06','COMPLETED',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000292709555,1800086692709555,1800000320487477,NULL,NULL,1,1,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186115857EB4BBC80976B0BDB4FE','default','parked-and-unparked-next',6,X'F4A6EAC0A9ED4D584F82216512C33FE3','COMPLETED',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000312709555,1800086712709555,1800000320487477,NULL,NULL,1,1,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186115857E509AE25CC819E5BEA1','default','parked-and-unparked-third',6,X'AF599C1443A9D59DA33E9ED9A6B0A055','COMPLETED',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000312709555,1800086712709555,1800000320487477,NULL,NULL,1,1,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186115857F5BB3907CFCCFE330CD','default','parked-and-unparked',6,X'815CF7C6D1DF0D0B627E38B9A68AAFB4','COMPLETED',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000312709555,1800086712709555,1800000320487477,NULL,NULL,1,1,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318621E477500B5A8513F5B8AAA46','default','open-executing',9,X'64886B3B083CCB859B5B0947B160AF0F','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000380487478,1800086780487478,1800000391133786,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318621E477E23960476177DFBAD9C','default','open-before-a-retry',5,X'A4D45ED1E06B6493C900901865883712','RUNNING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000380487479,1800086780487479,NULL,1800000980487479,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318621EAB75818B966E9CFF6C6A1B','default','open-pending',5,X'F2F8FD63F2AA503BCAE859B5181DB5AB','RUNNING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000380587479,1800086780587479,NULL,1800000440587479,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318621F0F7C2AB0583376545484CF','default','open-at-the-pivot-with-a-cancel',10,X'6EDE16756BEDD95C238F9F2A99A4617F','COMPLETED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000380687479,1800086780687479,1800000391528183,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318621F0F7406B287E1E576003A09','default','open-past-the-pivot',7,X'BF982146177DA8679EE4F34020B6E0B5','RUNNING',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000380687480,1800086780687480,NULL,1800000980687480,NULL,1,3,2,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318621F7375DEB4949AEA69825E3F','default','open-compensating',10,X'7BC41AE272EF5F770EF96BA6C50A682D','COMPENSATING','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000380787480,1800086780787480,NULL,1800000980787480,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318621FD77177A725E00704631DD7','default','open-with-a-pending-compensation',10,X'20E27083D093EB900EE06E2C79019377','COMPENSATING','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000380887480,1800086780887480,NULL,1800000440887480,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31862203B7299B77EF20DF8EE4777','default','open-parked-first',11,X'E2BF02E5FC9A44222D50F7EB1AAEEEB7','RUNNING',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000380987480,1800086780987480,NULL,NULL,4,2,1,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318626E5B738385E59272EDFD082B','default','open-parked-next',3,X'DD3AB32866657C19317141E39334E33C','RUNNING',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000400987480,1800086800987480,NULL,1800086800987480,NULL,0,1,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318626E5B78A1ADB040B2C09885D5','default','open-parked-third',3,X'8E97B05F8613722FBA3B295BF710E723','RUNNING',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000400987480,1800086800987480,NULL,1800086800987480,NULL,0,1,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318626E5B7EFC84C54D8B3BB12A6B','default','open-parked',3,X'821BF48CDC2B06A26106C5606E727766','RUNNING',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000400987480,1800086800987480,NULL,1800086800987480,NULL,0,1,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318626E5B7EB5A16363698B529B4A','default','open-with-the-last-room',2,X'F55B7BEAFD809A9A9E925B79A6342FA0','RUNNING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000400987480,1800086800987480,NULL,NULL,4,1,3,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318626E5B781F96645FA9E8A8529F','default','open-waiting-for-room',1,X'44066542EC38008D331DFD3B27241631','PENDING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000400987480,1800086800987480,NULL,1800000400987480,NULL,0,3,0,0,0,'',NULL);
CREATE TABLE token_keys (
	key_id TEXT NOT NULL, 
	"key" BLOB NOT NULL, 
	create_time INTEGER NOT NULL, 
	CONSTRAINT token_keys_pk PRIMARY KEY (key_id)
)
 STRICT

;
INSERT INTO "token_keys" VALUES('ff090c60',X'C8D338E11DA19B4B8F29A7C85E3D77AD9C2AEC225284FBD91468455B6D6BFC02',1800000000000000);
CREATE INDEX sagas_by_start ON sagas (namespace, start_time, uid);
CREATE INDEX sagas_by_definition ON sagas (namespace, definition_name, start_time, uid);
CREATE INDEX sagas_by_state ON sagas (namespace, state, start_time, uid) WHERE state <> 'COMPLETED';
CREATE INDEX sagas_open ON sagas (namespace, definition_name, definition_version) WHERE end_time IS NULL;
CREATE INDEX sagas_owned ON sagas (owner_epoch, uid) WHERE owner_epoch IS NOT NULL;
CREATE INDEX sagas_due ON sagas (wake_time, uid) WHERE owner_epoch IS NULL AND wake_time IS NOT NULL;
CREATE INDEX sagas_quarantined ON sagas (namespace, quarantine_time, uid) WHERE quarantine_time IS NOT NULL;
CREATE INDEX parked_turns ON parked (namespace, participant, definition_name, park_time, uid);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('replicas',4);
COMMIT;
